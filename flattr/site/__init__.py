"""Pages of the site itself: front page, terms, errors, health.

Imports the kernel; only the roof imports it.
"""
