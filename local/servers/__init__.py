"""PostgreSQL and Valkey for one machine: found, made, started and stopped.

Imports the standard library alone: it runs before Django does.
"""
