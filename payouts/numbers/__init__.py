"""Public figures of closed months: made after each close, shown at /numbers.

Of its app it imports close and models. It asks the ledger and changes nothing else.
"""
