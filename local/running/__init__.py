"""One machine's servers and processes: found, started, watched and stopped.

Imports `flattr.env` at most: it runs before Django does.
"""
