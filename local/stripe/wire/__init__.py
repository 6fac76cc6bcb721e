"""How Stripe is spoken to: requests, answers, errors, idempotency, events, storage."""
