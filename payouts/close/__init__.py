"""The month's end: its close, statements, and the release of shares that were held.

Of its app it imports chart, ledger, models and payments.
"""
