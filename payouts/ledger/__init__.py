"""Who has how much, and why: entries that are only ever added, their checks and seals.

Of its app it imports nothing.
"""
