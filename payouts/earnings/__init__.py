"""Creators are paid: revenue, destinations, payouts, their review and transfer.

Of its app it imports chart, close, gateway, ledger, models and payments.
"""
