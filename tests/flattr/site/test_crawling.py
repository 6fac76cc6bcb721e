"""What programs ask every site for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone


def test_robots_find_the_sitemap_and_stay_out_of_what_is_private(
    client: Client,
) -> None:
    text = client.get("/robots.txt").content.decode()

    for path in ("/account/", "/admin/", "/submit/", "/settings", "/month"):
        assert f"Disallow: {path}\n" in text
    assert f"\nSitemap: {settings.SITE_URL}/sitemap.xml\n" in text
    shut = [line.split(" ")[1] for line in text.splitlines() if line[:5] == "Disal"]
    for path in ("/card/site/x.png", "/@anna", "/thing/1", "/discover", "/sitemap.xml"):
        assert not path.startswith(tuple(shut))


def test_who_finds_a_weakness_reads_whom_to_tell(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://flattr.example"
    settings.OPERATOR_EMAIL = "people@flattr.example"

    answer = client.get("/.well-known/security.txt")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert said["Contact"] == "mailto:people@flattr.example"
    assert said["Canonical"] == "https://flattr.example/.well-known/security.txt"
    assert said["Preferred-Languages"] == "en"
    left = datetime.fromisoformat(said["Expires"]) - timezone.now()
    assert timedelta(days=150) < left < timedelta(days=365)


def test_password_managers_find_the_page(client: Client) -> None:
    answer = client.get("/.well-known/change-password")

    assert (answer.status_code, answer["Location"]) == (
        302,
        "/account/password/change/",
    )
