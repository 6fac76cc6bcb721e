"""Public figures of closed months: made after each close, shown at /numbers.

Imports `payouts.close`; asks the ledger and changes nothing else.
"""
