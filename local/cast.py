"""Who and what is in the demo."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "two euros a month"  # noqa: S105 (a demo has no secrets)


@dataclass(frozen=True, slots=True)
class Somebody:
    username: str
    first: str
    last: str
    about: str = ""
    budget: int = 0
    staff: bool = False
    url: str = ""
    links: tuple[str, ...] = ()
    city: str = ""
    shows_flattrs: bool = False


READERS = [
    Somebody("mila", "Mila", "Novak", "Reads on trains.", 1_000),
    Somebody("jonas", "Jonas", "Weber", "", 500),
    Somebody("amira", "Amira", "Haddad", "Radio in the kitchen, always.", 2_000),
    Somebody("piet", "Piet", "de Vries", "", 200),
    Somebody("yuki", "Yuki", "Tanaka", "Collects field recordings.", 1_500),
    Somebody("lena", "Lena", "Fischer", "", 1_000),
    Somebody("tomas", "Tomás", "Ruiz", "Writes code, reads comics.", 2_500),
    Somebody("sofia", "Sofia", "Rossi", "", 800),
]
# Came today: chose a budget and has not paid yet.
NEWCOMER = Somebody("nora", "Nora", "Lindqvist", "", 500)
CREATORS = [
    Somebody(
        "anna",
        "Anna",
        "Bergström",
        "A garden north of Uppsala, week by week: what comes up, what does not, and what"
        " the neighbours say about it. Notes since 2019, no advertising, no plan.",
        city="Uppsala",
        url="https://anna.example/",
        links=("https://garden.example/@anna", "https://radionacht.example/9"),
        shows_flattrs=True,
    ),
    Somebody(
        "haken",
        "Haken",
        "Podcast",
        "Two people and a map, every other Friday. We go to one place on it and ask who"
        " lives there.",
        url="https://haken.example/",
    ),
    Somebody(
        "oelmuehle",
        "Ölmühle",
        "Blog",
        "Mills, presses and what they leave.",
    ),
    Somebody(
        "jun",
        "Jun",
        "Park",
        "Field notes from tidal flats, and plates of what lives there. The hat keeps the"
        " gulls away.",
        city="Husum",
        url="https://jun.example/",
        links=("https://tides.example/@jun",),
    ),
    Somebody(
        "libsomething",
        "libsomething",
        "",
        "A small library that does one thing. It has done it since 2011, on everything"
        " from phones to a ferry.",
        url="https://git.example/libsomething",
    ),
    Somebody(
        "radionacht",
        "Radio",
        "Nacht",
        "Nights, recorded: a landing, a goods yard, a kitchen. Best with the window open.",
        city="Leipzig",
        url="https://radionacht.example/",
    ),
    Somebody(
        "kit",
        "Kit",
        "& Kaboodle",
        "A comic about two moths, drawn on the back of seed packets.",
        url="https://kit.example/",
        links=("https://kit.example/shop",),
    ),
    Somebody("konscience", "KonScience", "", "A science podcast. Sample data of 2013."),
]
STAFF = [
    Somebody("ada", "Ada", "Admin", "Reviews payouts.", staff=True),
    Somebody("ben", "Ben", "Admin", "Reviews payouts with Ada.", staff=True),
]
# Whose, category, address, title, and the name of a picture if the page has one.
ELSEWHERE = [
    (
        "haken",
        "audio",
        "https://haken.example/212",
        "Episode 212: the lighthouse road",
        "lighthouse",
    ),
    ("haken", "audio", "https://haken.example/211", "Episode 211: fords", "fords"),
    ("jun", "text", "https://jun.example/notes/mudflat", "Mudflat, low water", ""),
    ("jun", "images", "https://jun.example/plates/3", "Plate 3: lugworms", "plate"),
    (
        "libsomething",
        "software",
        "https://git.example/libsomething",
        "libsomething",
        "lib",
    ),
    (
        "radionacht",
        "audio",
        "https://radionacht.example/9",
        "Night 9: the goods yard",
        "goodsyard",
    ),
    ("kit", "images", "https://kit.example/comic/41", "41: A lamp is not the moon", ""),
]
UNCLAIMED = ("https://poems.example/rain", "Rain on the allotments")
# What Anna gives of her own since this month; everybody may see it.
ANNA_GIVES = 600
ANNA_FLATTRS = [
    "https://jun.example/plates/3",
    "https://kit.example/comic/41",
    "https://git.example/libsomething",
]
IBANS = {"anna": "SE4550000000058398257466", "haken": "DE89370400440532013000"}
