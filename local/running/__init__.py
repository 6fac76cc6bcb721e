"""One machine's servers and processes: found, started, watched and stopped.

Imports `local.servers`, and of the platform `flattr.env` at most: it runs before
Django does.
"""
