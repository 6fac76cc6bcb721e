"""Faces and pictures beside names in the admin: what staff decide about, as others see it."""

from __future__ import annotations

from typing import Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString

from flattr.templatetags.flattr import Named, Shown, face, picture


class Work(Shown, Protocol):
    title: str


def person_cell(person: Named | None) -> str:
    """The username with the face before it; empty for nobody."""
    return _beside(face(person, "tiny"), person.username) if person else ""


def work_cell(thing: Work) -> str:
    """The title with the work's picture before it."""
    return _beside(picture(thing, "thumb"), thing.title)


def _beside(shown: SafeString, name: str) -> SafeString:
    return format_html(
        '<span class="who tight">{}<span><bdi>{}</bdi></span></span>', shown, name
    )
