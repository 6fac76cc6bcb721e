"""The one door to Stripe: requests, and answers as facts.

Imports `payouts.models`; only `asking` imports `stripe`.
"""
