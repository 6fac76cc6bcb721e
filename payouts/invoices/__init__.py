"""Invoices to creators over our fee, and credit notes where it was given back.

Of its app it imports close and models.
"""
