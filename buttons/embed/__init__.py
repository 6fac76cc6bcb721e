"""What other people's pages load from us: scripts, badges, the public count.

Of its app it imports catalogue, legacy and things.
"""
