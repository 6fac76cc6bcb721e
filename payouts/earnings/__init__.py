"""Creators are paid: revenue, destinations, payouts, their review and transfer.

Imports `payouts.close`, `payouts.gateway` and the ledger.
"""
