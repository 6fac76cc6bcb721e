-- When Stripe is asked again for a payout, and under which key.
GRANT UPDATE (due_at, refusals) ON payout TO app;
