"""The platform winds down: it takes nothing new, and pays everybody back.

Imports payments, earnings and leaving.
"""
