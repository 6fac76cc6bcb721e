"""Signing up and in: allauth's hooks, passwords, second factors, sessions, limits.

Imports `accounts.models`, `accounts.mail` and `accounts.oauth.tokens`.
"""
