"""People in the REST API, and how often it may be asked.

Imports `accounts.oauth` and `flattr.api`.
"""
