"""What creators have published already that says whom a page, a feed or a program is
by, and where they can be given something.

Of its app it imports legacy, reading and things.
"""
