"""How Stripe is spoken to: forms, errors, lists, idempotency, deliveries, storage.

Imports nothing else of the simulator.
"""
