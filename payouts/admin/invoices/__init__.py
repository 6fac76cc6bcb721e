"""Invoices for staff and the operator's books. Imports `payouts.invoices`."""
