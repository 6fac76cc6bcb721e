"""A question that people ask, and its answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from flattr.site.help.help_figures import figures

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    label: Text
    # The name of an address without arguments.
    name: str

    @property
    def url(self) -> str:
        return reverse(self.name)


@dataclass(frozen=True, slots=True)
class Question:
    """`answer` are paragraphs. They name no figure themselves: `%(…)s` stand for the
    `figures` by which the platform works."""

    slug: str
    title: Text
    answer: tuple[Text, ...]
    links: tuple[Link, ...] = ()

    @property
    def paragraphs(self) -> list[str]:
        known = figures()
        return [str(paragraph) % known for paragraph in self.answer]

    @property
    def url(self) -> str:
        return reverse("answer", args=[self.slug])


@dataclass(frozen=True, slots=True)
class Group:
    anchor: str
    title: Text
    questions: tuple[Question, ...]
