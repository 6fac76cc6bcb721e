"""A reader's running month, and the months behind it.

Imports the close, for how a month is shared, and payments.
"""
