"""Suspending people and things, and deciding reports.

Imports `payouts.close` and `payouts.earnings`.
"""
