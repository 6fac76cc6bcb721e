"""Flattring: the confirm page, the click, undo, subscriptions, promises, the worth.

Imports `buttons.models` and `buttons.things`.
"""
