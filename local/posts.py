"""What stands on the demo blog: five neighbours write on one site, and each has
their own button under what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Post:
    """A post; `form` is the snippet under it, as its author pasted it, and `picture` a
    name of `local.pictures`."""

    slug: str
    title: str
    owner: str
    category: str
    author: str
    on: str
    form: Literal["button", "link", "badge"]
    picture: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who writes there. `account` is theirs on the fediverse, as in `@anna@a.example`;
    `public_id` is theirs on the platform, where the demo gives them that one."""

    username: str
    name: str
    about: str
    account: str = ""
    public_id: str = ""


# Each of them says in another way whose their page is.
NEIGHBOURS = {
    one.username: one
    for one in [
        Neighbour(
            "anna",
            "Anna Bergström",
            "Beans, a wall, and a thermometer that I do not trust.",
            account="@anna@garden.example",
            public_id="h3dg3r",
        ),
        Neighbour(
            "oelmuehle",
            "Ölmühle Blog",
            "We oil what stood still. A file of this site says who pays for the oil.",
        ),
        Neighbour(
            "radionacht",
            "Radio Nacht",
            "Nights, recorded. The feed says how to keep us awake.",
        ),
        Neighbour(
            "kit",
            "Kit & Kaboodle",
            "Two moths, one film of them, and the scripts behind this site.",
        ),
        Neighbour(
            "jun",
            "Jun Park",
            "I count casts. What I have to say of thanks, the server says before the page"
            " begins.",
            account="@jun@tides.example",
        ),
    ]
}

POSTS = [
    Post(
        "spring",
        "Spring notes",
        "anna",
        "text",
        "Anna Bergström",
        "2 April",
        "button",
        "spring",
        (
            "The ice on the rain barrel went on Tuesday, between breakfast and the"
            " first post. By evening there were three kinds of footprints around it,"
            " and one of them was mine.",
            "I have sown broad beans in the bed by the wall, which is where they went"
            " wrong last year. The wall is two degrees warmer than the thermometer on"
            " the shed believes, and I trust the beans more than the thermometer.",
            "If you have a cold frame and no plan for it: lettuce now, and a brick on"
            " the lid. The wind comes on Fridays.",
        ),
    ),
    Post(
        "mill",
        "The old mill",
        "oelmuehle",
        "text",
        "Ölmühle Blog",
        "18 May",
        "button",
        "mill",
        (
            "The press stood still for sixty years, and then for one afternoon it did"
            " not. We had oiled the screw with the very oil it used to make, bought in"
            " a shop, from another country.",
            "What comes out first is warm and cloudy and smells of hay. Nobody wanted"
            " to be the one who tastes it. Then everybody did.",
        ),
    ),
    Post(
        "night-8",
        "Night 8: the ferry landing",
        "radionacht",
        "audio",
        "Radio Nacht",
        "7 June",
        "link",
        "ferry",
        (
            "Forty minutes at the landing after the last boat: chains, water, a man"
            " who counts to a hundred and begins again. Best with the window open.",
            "Recorded with two microphones in a woollen hat. The hat is in the left"
            " channel now and then.",
        ),
    ),
    Post(
        "summer",
        "Summer notes",
        "anna",
        "text",
        "Anna Bergström",
        "30 July",
        "button",
        "summer",
        (
            "The beans by the wall were right and I was right about the beans. There"
            " are now more of them than there are people on this road.",
            "Nothing else to report. It is too warm to report things.",
        ),
    ),
    Post(
        "moths-40",
        "40: Two moths look for a lamp",
        "kit",
        "images",
        "Kit & Kaboodle",
        "12 September",
        "badge",
        "moths",
        (
            "Kit: It was here yesterday. Kaboodle: Yesterday was also here yesterday.",
            "The comic is drawn on the back of seed packets, which Anna saves for us.",
        ),
    ),
    Post(
        "low-water",
        "What low water leaves",
        "jun",
        "text",
        "Jun Park",
        "3 October",
        "button",
        "lowwater",
        (
            "Two hours before the turn the flat is a map of everything that has walked"
            " on it since the morning. Gulls walk in questions. Waders walk in lines.",
            "I counted casts along the same hundred steps as last year and found a"
            " third more. That may be the worms, or it may be my steps.",
        ),
    ),
]
