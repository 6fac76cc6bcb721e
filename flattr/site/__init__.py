"""Pages of the site itself: front page, terms, imprint, help, errors, health.

Imports every app, for what it tells of them; only the roof imports it.
"""
