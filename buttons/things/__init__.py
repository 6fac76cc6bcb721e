"""What can be flattred: addresses, auto-submit links, the catalogue, snippets, feeds.

Of its app it imports models.
"""
