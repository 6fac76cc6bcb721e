"""The pages on which people say who they are and which mails they want.

Of its app it imports mail, models, people and signing_in.
"""
