"""Flattring what has no button: any page, feed, repository or list of those."""
