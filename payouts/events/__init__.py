"""Stripe's events, applied to the ledger in any order, and Stripe's books compared with it.

Imports payments, returns and earnings.
"""
