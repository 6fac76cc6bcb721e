"""The simulator's own pages, for people: Checkout, onboarding, its dashboard."""
