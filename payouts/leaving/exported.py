"""What an archive of somebody's data is made of: all tables, and the files beside them."""

from __future__ import annotations

from payouts.leaving.archive import (
    exported_giving,
    exported_happenings,
    exported_making,
)

TABLES = [
    *exported_giving.TABLES,
    *exported_making.TABLES,
    *exported_happenings.TABLES,
]

# The files beside the tables: their names, as the table of pictures says them, and bodies.
FILES = """
    SELECT 'pictures/' || p.digest || '.webp', p.body FROM picture p
    LEFT JOIN thing t ON t.id = p.thing_id
    WHERE p.person_id = %(person)s OR t.owner_id = %(person)s ORDER BY p.id
"""
