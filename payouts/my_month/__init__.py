"""A reader's running month, and the months behind it.

Of its app it imports chart, close, gifts, ledger, models and payments.
"""
