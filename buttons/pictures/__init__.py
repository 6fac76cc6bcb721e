"""Faces and pictures of works: where they come from, how they are kept and shown.

Of its app it imports abuse, models, reading and things.
"""
