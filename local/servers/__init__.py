"""PostgreSQL and Valkey for one machine: found, made, started and stopped.

Imports no other room and nothing of the platform: it runs before Django does.
"""
