"""Stripe's events, applied to the ledger in any order, and Stripe's books compared with it.

Of its app it imports chart, earnings, gateway, ledger, models, payments and returns.
"""
