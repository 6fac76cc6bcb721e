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
    Somebody("anna", "Anna", "Bergström", "A garden north of Uppsala, week by week."),
    Somebody("haken", "Haken", "Podcast", "Two people and a map, every other Friday."),
    Somebody("oelmuehle", "Ölmühle", "Blog", "Mills, presses and what they leave."),
    Somebody("jun", "Jun", "Park", "Field notes from tidal flats."),
    Somebody(
        "libsomething", "libsomething", "", "A small library that does one thing."
    ),
    Somebody("radionacht", "Radio", "Nacht", "Nights, recorded."),
    Somebody("kit", "Kit", "& Kaboodle", "A comic about two moths."),
    Somebody("konscience", "KonScience", "", "A science podcast. Sample data of 2013."),
]
STAFF = [
    Somebody("ada", "Ada", "Admin", "Reviews payouts.", staff=True),
    Somebody("ben", "Ben", "Admin", "Reviews payouts with Ada.", staff=True),
]
ELSEWHERE = [
    ("haken", "audio", "https://haken.example/212", "Episode 212: the lighthouse road"),
    ("haken", "audio", "https://haken.example/211", "Episode 211: fords"),
    ("jun", "text", "https://jun.example/notes/mudflat", "Mudflat, low water"),
    ("jun", "images", "https://jun.example/plates/3", "Plate 3: lugworms"),
    ("libsomething", "software", "https://git.example/libsomething", "libsomething"),
    ("radionacht", "audio", "https://radionacht.example/9", "Night 9: the goods yard"),
    ("kit", "images", "https://kit.example/comic/41", "41: A lamp is not the moon"),
]
UNCLAIMED = ("https://poems.example/rain", "Rain on the allotments")
IBANS = {"anna": "SE4550000000058398257466", "haken": "DE89370400440532013000"}
