"""The language that nobody speaks, and what is looked for with it."""

from __future__ import annotations

import doctest

from django.template import Context, Engine
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from tests import marks, pseudo

ENGINE = Engine(
    builtins=["django.template.defaulttags"],
    libraries={"i18n": "django.templatetags.i18n"},
)
SAVE = gettext_lazy("Save")


def test_whatever_is_marked_shows_in_it() -> None:
    template = ENGINE.from_string(
        "{% load i18n %}{% translate 'Undo' %} {% blocktranslate count n=3 %}One"
        " {% plural %}<b>{{ n }}</b> more{% endblocktranslate %}"
    )

    with pseudo.spoken():
        assert gettext("Pay %(amount)s in") % {"amount": "€2"} == "Þåýý €2 îñ"
        assert ngettext("%d day", "%d days", 2) % 2 == "2 đåýšš"
        assert pgettext("a month", "May") == "Ṁåýý"
        assert str(SAVE) == "Šåṽéé"
        assert template.render(Context()) == "Ûñđöö <b>3</b> ɱöŕéé"
    assert (gettext("Undo"), str(SAVE)) == ("Undo", "Save")


def test_its_examples() -> None:
    assert doctest.testmod(pseudo).failed == 0


def test_what_a_page_shows() -> None:
    page = """<title>A page</title><p>Go <a href="/x" title="There">there</a> now
        <code>not this</code><b translate="no">Ann <i>Lee</i></b><img alt="A cat">
        <script>nor this</script><input type="submit" value="Send"></p>"""

    assert marks.runs(page) == [
        *("A page", "Go", "There", "there", "now", "A cat", "Send"),
    ]
