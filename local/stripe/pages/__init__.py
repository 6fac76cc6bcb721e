"""The simulator's own pages, for people: Checkout, onboarding, its dashboard.

Imports `local.stripe.incoming` and what that imports.
"""
