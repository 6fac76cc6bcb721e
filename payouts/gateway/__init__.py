"""The one door to Stripe: what is asked, and what was answered, as facts.

Imports `payouts.models`; only `asking` imports `stripe`.
"""
