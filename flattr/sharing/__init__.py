"""What a shared link shows: the head of a public page, and the cards that are drawn for it.

Imports the kernel; the pages of every app may import it.
"""
