"""Whose a page is: fetched, parsed, proved, lost, claimed or refused.

Imports `buttons.things` and `buttons.models`.
"""
