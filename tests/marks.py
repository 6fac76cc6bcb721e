"""What a template says without its being marked for translation, branch for branch.

Read is the template as it is written, not as it is drawn, so what shows in one case of
a hundred is found too. Names,
code and what carries `translate="no"` need no mark. `in pieces` is a mark beside a
variable or another mark in one run of text: a sentence is translated as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from html.parser import HTMLParser
from typing import Any

from django.template import Template, base, loader_tags
from django.template.loader import get_template
from django.templatetags import i18n

from local.servers.state import ROOT

OURS = ROOT / "templates"
MARK, VALUE, BRANCH = "\x01", "\x02", "\x03"
SHOWN = {"alt", "aria-label", "aria-description", "placeholder", "title"}
SILENT = {"code", "pre", "script", "style", "kbd", "samp"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}  # fmt: skip
# Names and units, the same in every language.
NAMES = {"flattr", "utc", "api", "oauth", "csv", "url", "html", "iban", "stripe", "px"}
CHOOSING = {"pluralize", "yesno", "default", "default_if_none"}
IN_TAGS = {"body", "main_class"}
WORD = re.compile(r"[A-Za-z][A-Za-z’']+")


def names_of_templates() -> list[str]:
    return [
        str(path.relative_to(OURS))
        for path in sorted(OURS.rglob("*"))
        if path.suffix in {".html", ".txt"}
    ]


def unmarked(name: str) -> list[str]:
    """A line for each text of the template that is not marked, and for each that is
    marked in pieces."""
    template: Any = get_template(name)
    compiled: Template = template.template
    wrong = list(chosen_words(compiled.nodelist))
    source = "".join(written(compiled.nodelist))
    if name.endswith(".txt"):
        return wrong + [line for run in source.split("\n") for line in judged(run)]
    for run in runs(source):
        for part in run.split(BRANCH):
            wrong += judged(part)
    return wrong


def written(nodes: Any) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, base.TextNode):
            yield node.s
        elif isinstance(node, i18n.TranslateNode | i18n.BlockTranslateNode):
            if not getattr(node, "asvar", None):
                yield MARK
        elif isinstance(node, base.VariableNode | loader_tags.IncludeNode):
            yield VALUE
        elif isinstance(node, loader_tags.BlockNode):
            # A page's class stands inside a tag, in the template that this one extends.
            in_tag = node.name in IN_TAGS
            yield from () if in_tag else (*written(node.nodelist), BRANCH)
        else:
            inside = list(children(node))
            for child in inside:
                yield from written(child)
                # Branches stand beside each other, not in one run.
                yield BRANCH if len(inside) > 1 else ""
            if not inside and not isinstance(node, base.Node):
                yield VALUE


def children(node: Any) -> Iterator[Any]:
    if hasattr(node, "conditions_nodelists"):
        for _condition, nodelist in node.conditions_nodelists:
            yield nodelist
        return
    for attribute in ("nodelist", "nodelist_loop", "nodelist_empty", "nodelist_true", "nodelist_false"):  # fmt: skip
        nodelist = getattr(node, attribute, None)
        if nodelist and (attribute != "nodelist" or not hasattr(node, "nodelist_true")):
            yield nodelist


def chosen_words(nodes: Any) -> Iterator[str]:
    """What filters choose between, and what is handed to another template."""
    for node in nodes:
        if isinstance(node, base.VariableNode):
            yield from (f"by a filter: {word}" for word in literals(node))
        if isinstance(node, loader_tags.IncludeNode):
            for value in node.extra_context.values():
                text = value.var if isinstance(value.var, str) else ""
                if (
                    re.search(r"[A-Z ]", text)
                    and WORD.search(text)
                    and not value.is_var
                ):
                    yield f"handed on: {text}"
        for child in children(node):
            yield from chosen_words(child)


def literals(node: base.VariableNode) -> Iterator[str]:
    for function, arguments in node.filter_expression.filters:
        name = getattr(function, "_filter_name", function.__name__)
        if name == "pluralize":
            yield name
        elif name in CHOOSING:
            for is_var, value in arguments:
                if not is_var and WORD.search(str(value)):
                    yield str(value)


def has_words(text: str, names: Set[str]) -> bool:
    """Whether there is a word in it that is none of `names`, which every language says
    alike."""
    return any(word.lower() not in names for word in WORD.findall(text))


def judged(run: str) -> list[str]:
    text = " ".join(run.split())
    wrong = []
    if has_words(text, NAMES):
        wrong.append(text.replace(MARK, "[…]").replace(VALUE, "{}"))
    elif MARK in text and len(re.findall(f"[{MARK}{VALUE}]", text)) > 1:
        wrong.append("in pieces: " + text.replace(MARK, "[…]").replace(VALUE, "{}"))
    return wrong


def runs(page: str) -> list[str]:
    """Each text that the page shows between two tags, and each attribute that is read
    to people; code and what carries `translate="no"` left out."""
    read = Runs()
    read.feed(page)
    read.close()
    read.end_run()
    return read.found


class Runs(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent: list[str] = []
        self.run = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.end_run()
        facts = dict(attrs)
        shown = SHOWN | (
            {"value"} if facts.get("type") in {"submit", "button"} else set()
        )
        if not self.silent:
            self.found += [value for name, value in attrs if name in shown and value]
        if tag in VOID:
            return
        if self.silent:
            self.silent.append(tag)
        elif tag in SILENT or facts.get("translate") == "no":
            self.silent = [tag]

    def handle_endtag(self, tag: str) -> None:
        self.end_run()
        if tag in self.silent:
            while self.silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.run += data

    def end_run(self) -> None:
        if self.run.strip():
            self.found.append(" ".join(self.run.split()))
        self.run = ""
