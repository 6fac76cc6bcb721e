from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from buttons import (
    anywhere,
    catalogue,
    claiming,
    embed,
    proving,
    report_views,
    things,
    views,
)

app_name = "buttons"

urlpatterns: list[URLPattern | URLResolver] = [
    path("submit/auto", views.submit, name="submit"),
    path("flattr/resume", views.resume, name="resume"),
    path("flattr/confirm", views.confirm, name="confirm"),
    path("flattr/done/<int:thing_id>", views.done, name="done"),
    path("flattr/undo", views.undo, name="undo"),
    path("discover", catalogue.catalogue, name="catalogue"),
    path("profile/<str:name>", catalogue.profile, name="profile"),
    path("thing/<int:thing_id>", catalogue.thing, name="thing"),
    path("thing/<int:thing_id>/<slug:slug>", catalogue.thing, name="thing_slug"),
    path("report/thing/<int:thing_id>", report_views.report_thing, name="report"),
    path("report/person/<str:name>", report_views.report_person, name="report_person"),
    path("report/thanks", report_views.thanks, name="reported"),
    path("appeal/<str:token>", report_views.appeal, name="appeal"),
    path("things", things.things, name="things"),
    path("things/hosts", proving.whole_hosts, name="hosts"),
    path("things/<int:thing_id>/look", proving.look_at_thing, name="look"),
    path("things/<int:thing_id>/edit", things.edit, name="edit"),
    path("things/<int:thing_id>/delete", things.delete, name="delete"),
    path("button", things.snippet, name="snippet"),
    path("claim", claiming.claim, name="claim"),
    path("claim/refuse", claiming.refuse, name="refuse"),
    path("anywhere", anywhere.anywhere, name="anywhere"),
    path("share", anywhere.share, name="share"),
    path("manifest.webmanifest", anywhere.manifest, name="manifest"),
    path("button.js", embed.script, name="script"),
    path("button/count", embed.count, name="count"),
    re_path(
        r"^button/(?P<name>flattr-badge(?:-large\.png|-small\.png|\.svg))$",
        embed.badge,
        name="badge",
    ),
]
