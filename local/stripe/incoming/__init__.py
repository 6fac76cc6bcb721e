"""Money from readers at Stripe: charges, Checkout, disputes, refunds, each with its rules.

Imports `local.stripe.objects`, `local.stripe.instruments` and `local.stripe.wire`.
"""
