"""Debits of readers' bank accounts: what allows them, the notice before each one, and the
days until the bank has said what became of it.
"""
