"""Reports of things and people, and appeals.

Imports `buttons.models` and the catalogue's look-ups.
"""
