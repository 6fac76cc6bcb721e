"""OAuth 2: apps, consents, codes, tokens and what each app may do.

Of its app it imports audit, callbacks, models and people.
"""
