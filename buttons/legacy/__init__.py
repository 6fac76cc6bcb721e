"""What the first Flattr left: its links, frames, pages and monthly reports.

Of its app it imports models and things.
"""
