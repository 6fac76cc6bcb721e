"""Gifts: given once, posted after an hour, taken back before, held in lots of their own.

Imports `payouts.payments` and the ledger.
"""
