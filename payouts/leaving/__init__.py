"""Closing an account: money finds its way out, data goes along, names are erased.

Of its app it imports chart, earnings, gateway, gifts, ledger, models, payments and
returns.
"""
