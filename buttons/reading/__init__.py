"""Strangers' pages are fetched safely and taken apart.

Of its app it imports models and things.
"""
