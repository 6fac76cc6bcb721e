"""A creator's pages: revenue, payouts, the way to Stripe's onboarding."""
