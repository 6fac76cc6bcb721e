"""Invoices to creators over our fee, and credit notes where it was given back.

Imports `payouts.close`, models and the ledger.
"""
