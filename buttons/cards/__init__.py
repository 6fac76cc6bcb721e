"""The cards of people and of proved things: what they show, and where they are.

Imports models and `flattr.sharing`; pages show their addresses.
"""
