"""A reader's and a creator's year, to print and for a tax adviser.

Of its app it imports close and models. It asks and changes nothing.
"""
