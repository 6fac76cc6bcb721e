"""People in the REST API, and how often it may be called.

Imports `accounts.oauth` and `flattr.api`.
"""
