"""The addresses of local mode: all of the platform's, and the mailbox."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from flattr import urls
from local import mailbox

urlpatterns: list[URLPattern | URLResolver] = [
    path("local/mailbox/", mailbox.mailbox, name="mailbox"),
    path("local/mailbox/<int:number>", mailbox.letter, name="letter"),
    path("local/mailbox/<int:number>/html", mailbox.dressed, name="letter_html"),
    path("", include("flattr.urls")),
]

handler400 = urls.handler400
handler403 = urls.handler403
handler500 = urls.handler500
