"""Suspending people and things, and deciding reports.

Of its app it imports close, earnings and models.
"""
