"""Discover: searches and lists of creators and things."""
