"""A reader's pages about paying."""
