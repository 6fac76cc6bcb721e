"""The admin's first page: where the money lies, what waits for whom, and whether
everything runs.

Each part asks the database a fixed number of questions, and is only made for staff who
may see the lists it is about.
"""
