"""What other people's pages load from us: scripts, badges, the public count.

Imports `buttons.things` and `buttons.legacy`.
"""
