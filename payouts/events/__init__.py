"""What Stripe tells, applied to the ledger in any order, and held against it.

Imports payments, returns and earnings.
"""
