"""What Stripe keeps: customers, charges, disputes, transfers, each with its rules.

Imports `local.stripe.wire`.
"""
