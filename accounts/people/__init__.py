"""Who people are: their names, and the settings in which they say more.

Imports `accounts.signing_in` for who is asking, and `accounts.mail`.
"""
