"""Closing an account: money finds its way out, data goes along, names are erased.

Imports payments, earnings and returns.
"""
