"""What Stripe keeps: customers, accounts, balance, transfers, each with its rules.

Imports `local.stripe.instruments` and `local.stripe.wire`.
"""
