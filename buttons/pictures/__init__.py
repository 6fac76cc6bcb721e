"""Faces and pictures of works: where they come from, how they are kept and shown."""
