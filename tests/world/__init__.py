"""The one stage of all tests: people, money, Stripe, the books, and every page."""
