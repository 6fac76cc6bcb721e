"""What the whole REST API has, for programs and for people.

Of its app it imports gifts and models.
"""
