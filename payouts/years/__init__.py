"""A reader's and a creator's year, to print and for a tax adviser.

Imports `payouts.close`, `payouts.earnings` and the ledger; asks and changes nothing.
"""
