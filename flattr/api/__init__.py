"""How the REST API reads requests and writes answers, and where its addresses are.

Imports `flattr.database` and `flattr.web`, no app.
"""
