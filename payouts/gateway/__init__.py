"""The one door to Stripe: requests, and answers as facts.

Of its app it imports models. Only `asking` imports `stripe`.
"""
