"""A reader's month, statements and their check; closes for everybody."""
