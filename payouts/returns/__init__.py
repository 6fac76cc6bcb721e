"""Refunds and disputes: what goes back, and from whom it is deducted.

Imports `payouts.close`, `payouts.payments` and the ledger.
"""
