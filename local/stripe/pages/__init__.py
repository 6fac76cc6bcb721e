"""The simulator's own pages, for people: Checkout, onboarding, its dashboard.

Imports `local.stripe.objects` and `local.stripe.wire`.
"""
