"""What the whole REST API has, for programs and for people.

Imports `buttons.rest`.
"""
