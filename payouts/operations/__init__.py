"""What runs by itself and what operators watch: the due list, seals, backups, metrics.

Of its app it imports chart, close, earnings, events, gifts, invoices, leaving,
ledger, models, numbers, payments, returns and winding.
"""
