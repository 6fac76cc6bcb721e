"""Discover: searches and lists of creators and things.

Of its app it imports clicks, models and things.
"""
