"""What a creator's pages show, and which sentence they say in which case.

Imports the rules of earnings; only the views import it.
"""
