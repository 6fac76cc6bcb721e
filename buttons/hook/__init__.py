"""The creators' webhook: an address of theirs that is told what happens (Standard
Webhooks). Events are written by `accounts.mail.happenings`.

Imports reading and things.
"""
