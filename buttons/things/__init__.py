"""What can be flattred: addresses, auto-submit links, the catalogue, snippets, feeds.

Imports `buttons.models`.
"""
