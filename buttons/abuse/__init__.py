"""Reports of things and people, and appeals.

Of its app it imports models and things.
"""
