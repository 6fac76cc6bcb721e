"""Readers pay in: budgets, payments, cards, renewals.

Imports `payouts.gateway` and the ledger.
"""
