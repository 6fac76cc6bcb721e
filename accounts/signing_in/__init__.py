"""Signing up and in: allauth's hooks, passwords, second factors, sessions, limits.

Of its app it imports audit, mail, mailboxes, models, oauth and people.
"""
