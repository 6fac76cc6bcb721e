"""Mails: written in the transaction of what they are about, sent later.

Imports `accounts.models` alone.
"""
