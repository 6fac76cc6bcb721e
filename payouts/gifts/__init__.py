"""Gifts: given once, posted after an hour, taken back before, held in lots of their own.

Of its app it imports chart, gateway, ledger, models and payments.
"""
