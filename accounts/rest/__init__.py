"""People in the REST API, and how often it may be called.

Of its app it imports models and oauth.
"""
