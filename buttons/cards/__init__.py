"""The cards of people and of proved things: what they show, and where they are.

Of its app it imports models. Pages show their addresses.
"""
