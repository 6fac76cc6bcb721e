"""What the first Flattr left: its links, frames, pages and monthly reports.

Imports `buttons.things`.
"""
