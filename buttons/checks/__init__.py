"""Creators who ask whether we find their button on a page, before anybody clicks it.

Of its app it imports models, proofs and things.
"""
