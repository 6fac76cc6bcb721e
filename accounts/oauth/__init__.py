"""OAuth 2: apps, consents, codes, tokens and what each app may do.

Imports `accounts.models`, and no pages of other rooms.
"""
