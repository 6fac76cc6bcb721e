"""What all apps need of PostgreSQL and Redis: the clock, locks, rows, roles, faults.

Imports Django and the plain kernel (money, months), no app and no other room.
"""
