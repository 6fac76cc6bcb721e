"""The platform winds down: it takes nothing new, and pays everybody back.

Of its app it imports chart, close, earnings, leaving, ledger and models.
"""
