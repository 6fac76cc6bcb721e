"""Flattring what has no button: any page, feed, repository or list of those.

Of its app it imports clicks, models, proofs, reading, signals and things.
"""
