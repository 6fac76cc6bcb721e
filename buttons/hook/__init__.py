"""The creators' webhook: an address of theirs that is told what happens (Standard
Webhooks). Events are written by `accounts.mail.happenings`.

Of its app it imports reading and things.
"""
