"""Readers pay in: budgets, payments, cards, renewals.

Of its app it imports chart, gateway, ledger and models.
"""
