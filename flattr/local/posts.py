from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    slug: str
    title: str
    owner: str
    category: str


POSTS = [
    Post("spring", "Spring notes", "anna", "text"),
    Post("summer", "Summer notes", "anna", "text"),
    Post("mill", "The old mill", "oelmuehle", "text"),
]
