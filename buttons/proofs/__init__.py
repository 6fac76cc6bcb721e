"""Whose a page is: fetched, parsed, proved, lost, claimed or refused.

Of its app it imports clicks, legacy, models, pictures, reading, signals and things.
"""
