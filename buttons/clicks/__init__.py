"""Flattring: the confirm page, the click, undo, subscriptions, promises, the worth.

Of its app it imports legacy, models and things.
"""
