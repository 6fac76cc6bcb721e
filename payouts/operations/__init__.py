"""What runs by itself and what operators watch: the due list, seals, backups, metrics.

Imports every room of payouts.
"""
