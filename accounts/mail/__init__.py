"""Mails: written in the transaction of what they are about, sent later.

`outbox` stores and sends them, `staff` writes to staff, `letter` is what a mail says.
Imports `accounts.models` alone; the letters themselves are in the rooms above.
"""
