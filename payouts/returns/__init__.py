"""Refunds and disputes: what goes back, and from whom it is deducted.

Of its app it imports chart, close, gateway, gifts, ledger, models and payments.
"""
