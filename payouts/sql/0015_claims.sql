-- Whoever is at a payout or a payment says so in the row, and lets go.
GRANT UPDATE (claimed_until) ON payout, payment TO app;
