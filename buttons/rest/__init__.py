"""The API's things, flattrs, promises, subscriptions and search.

Of its app it imports clicks, finding, legacy, models, proofs and things.
"""
