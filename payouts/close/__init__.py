"""The month's end: its close, statements, and the release of shares that were held.

Imports `payouts.payments` and the ledger.
"""
