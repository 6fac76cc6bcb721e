from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView

from buttons.abuse import views as report_views
from buttons.anywhere import pasted_pages
from buttons.anywhere import views as anywhere
from buttons.cards import views as card_views
from buttons.catalogue import oembed, profiles
from buttons.catalogue import views as catalogue
from buttons.checks import views as check_views
from buttons.clicks import subscription_pages, views
from buttons.embed import badges, name_badges, scripts
from buttons.finding import views as finding
from buttons.hook import views as hook_views
from buttons.legacy import frames, old_pages
from buttons.pictures import sending
from buttons.pictures import views as picture_views
from buttons.proofs import claiming, known_hosts, proving
from buttons.things import feeds, making, outlines

app_name = "buttons"

# Pictures that old pages show, and ours in their place.
OLD_PICTURES = [
    ("flattr-badge-large.png", "flattr-badge-large.png"),
    ("flattr-badge-small.png", "flattr-badge-small.png"),
    ("_img/icons/flattr_logo_16.png", "flattr-badge-small.png"),
    ("button/button-static-50x60.png", "button-static-50x60.png"),
    ("button/button-compact-static-100x17.png", "button-compact-static-100x17.png"),
]
# Pages that old software leads to, and what they are called now.
MOVED = [
    (r"^signin/?$", "account_login"),
    (r"^settings/profile/?$", "settings"),
    (r"^settings/domains/?$", "buttons:hosts"),
    (r"^settings/account/subscription/?$", "payouts:budget"),
    (r"^flattrsgiven/?$", "payouts:month"),
    (r"^donation/give/to/(?P<name>[^/]+)/?$", "buttons:profile"),
    (r"^support(?:/.*)?$", "help"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^picture/([0-9a-f]{32})\.webp\Z", picture_views.picture, name="picture"),
    re_path(
        r"^card/person/(?P<name>[^/]+)/(?P<digest>[0-9a-f]{16})\.png\Z",
        card_views.person_card,
        name="person_card",
    ),
    re_path(
        r"^card/thing/(?P<thing_id>[0-9]{1,18})/(?P<digest>[0-9a-f]{16})\.png\Z",
        card_views.thing_card,
        name="thing_card",
    ),
    path("settings/face", sending.face, name="face"),
    path("settings/webhook", hook_views.webhook, name="webhook"),
    path("settings/webhook/secret", hook_views.secret, name="webhook_secret"),
    path("settings/webhook/test", hook_views.send_test, name="webhook_test"),
    path("settings/webhook/switch", hook_views.switch, name="webhook_switch"),
    path("settings/webhook/remove", hook_views.remove, name="webhook_remove"),
    path(
        "settings/webhook/again/<int:pk>", hook_views.send_again, name="webhook_again"
    ),
    path("submit/auto", views.submit, name="submit"),
    path("submit/auto/", views.submit, name="submit_slash"),
    path("flattr/resume", views.resume, name="resume"),
    path("flattr/confirm", views.confirm, name="confirm"),
    path("flattr/done/<int:thing_id>", views.done, name="done"),
    path("flattr/undo", views.undo, name="undo"),
    path("discover", finding.things, name="catalogue"),
    path("discover/creators", finding.creators, name="creators"),
    path("@<str:name>", profiles.profile, name="person"),
    path("@<str:name>/", profiles.profile, name="person_slash"),
    path("@<str:name>/badge.svg", name_badges.badge, name="person_badge"),
    path("@<str:name>/every-month", profiles.support, name="support"),
    # The first Flattr's address of the same page.
    path("profile/<str:name>", profiles.profile, name="profile"),
    path("profile/<str:name>/", profiles.profile, name="profile_slash"),
    re_path(
        r"^profile/(?P<name>[^/]+)/things\.(?P<kind>atom|rss|json)$",
        feeds.things,
        name="things_feed",
    ),
    re_path(
        r"^profile/(?P<name>[^/]+)/flattrs\.(?P<kind>atom|rss|json)$",
        feeds.flattrs,
        name="flattrs_feed",
    ),
    path("thing/<int:thing_id>", catalogue.thing, name="thing"),
    path("thing/<int:thing_id>/", catalogue.thing, name="thing_slash"),
    path("thing/<int:thing_id>/<str:slug>", catalogue.thing, name="thing_slug"),
    path("thing/qr/<int:thing_id>", old_pages.qr, name="qr"),
    path("report/thing/<int:thing_id>", report_views.report_thing, name="report"),
    path("report/person/<str:name>", report_views.report_person, name="report_person"),
    path("report/thanks", report_views.thanks, name="reported"),
    path("appeal/<str:token>", report_views.appeal, name="appeal"),
    path("things", making.things, name="things"),
    path("things/hosts", proving.whole_hosts, name="hosts"),
    path("things/<int:thing_id>/edit", making.edit, name="edit"),
    path("things/<int:thing_id>/picture", sending.work, name="work"),
    path("things/<int:thing_id>/delete", making.delete, name="delete"),
    path("subscriptions", subscription_pages.subscriptions, name="subscriptions"),
    path(
        "subscriptions/<int:thing_id>", subscription_pages.change, name="subscription"
    ),
    path(
        "subscriptions/<int:thing_id>/begin",
        subscription_pages.begin,
        name="subscribe",
    ),
    path("flattred.opml", outlines.flattred, name="outline"),
    path("oembed", oembed.oembed, name="oembed"),
    path("button", making.snippet, name="snippet"),
    path("button/check", check_views.check_page, name="check"),
    path("claim", claiming.claim, name="claim"),
    path("claim/together", claiming.check_together, name="together"),
    path("claim/refuse", claiming.refuse, name="refuse"),
    path("anywhere", anywhere.anywhere, name="anywhere"),
    path("anywhere/<int:pasted_id>", pasted_pages.pasted, name="pasted"),
    path("anywhere/<int:pasted_id>/give", pasted_pages.give, name="pasted_give"),
    path("anywhere/<int:pasted_id>/back", pasted_pages.take_back, name="pasted_back"),
    path("anywhere/<int:pasted_id>/forget", pasted_pages.forget, name="pasted_forget"),
    path("share", anywhere.share, name="share"),
    path("manifest.webmanifest", anywhere.manifest, name="manifest"),
    path("button.js", scripts.script, name="script"),
    path("button/count", scripts.count, name="count"),
    path("known-hosts.json", known_hosts.known_hosts, name="known_hosts"),
    path("button/load.js", scripts.loader, name="first_loader"),
    path("js/<str:version>/load.js", scripts.loader, name="loader"),
    re_path(r"^(?:button/)?view/?$", frames.frame, name="frame"),
    re_path(
        r"^button/(?P<name>flattr-badge(?:-large\.png|-small\.png|\.svg))$",
        badges.badge,
        name="badge",
    ),
    *(path(old, badges.badge, {"name": name}, old) for old, name in OLD_PICTURES),
    *(re_path(old, RedirectView.as_view(pattern_name=now)) for old, now in MOVED),
    path("user/<str:name>", old_pages.user, name="user"),
    path("user/<str:name>/", old_pages.user, name="user_slash"),
    path("login", old_pages.connect, name="connect"),
    path("login/", old_pages.connect, name="connect_slash"),
    re_path(
        r"^(?:rest/0\.[0-9.]+(?:/.*)?|oauth/(?:request_token|access_token|authenticate))$",
        old_pages.old_interface,
        name="old_interface",
    ),
]
