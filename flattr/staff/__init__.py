"""The admin's parts: tables, acts, and lists that staff read and never type in.

Imports `flattr.web` and the template tags, no app.
"""
