"""With what people pay: cards, bank accounts and the rest, each by how it behaves.

Imports `local.stripe.wire`.
"""
