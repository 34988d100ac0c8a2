"""What lines of a table can describe, and the fields that a column may be (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wiki.api.imports import vocabulary
from wiki.api.translation import lazy

#: answers that are no field: left out, or a chapter of its own at the end of the text
NOTHING, CHAPTER = "-", "chapter"


# Each is only itself: words that are translated late cannot be hashed.
@dataclass(frozen=True, eq=False)
class Kind:
    """``place`` is the folder of its pages, "" for lines that are items of other pages.

    ``words`` are what files, sheets and heads of tables call it, folded.
    """

    name: str
    label: Any
    place: str
    words: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("project", lazy("a project"), "projets", vocabulary.KINDS["project"]),
        Kind("person", lazy("a person"), "personnes", vocabulary.KINDS["person"]),
        Kind(
            "organisation",
            lazy("an organisation"),
            "organisations",
            vocabulary.KINDS["organisation"],
        ),
        Kind("event", lazy("an event"), "evenements", vocabulary.KINDS["event"]),
        Kind("need", lazy("a need"), "", vocabulary.KINDS["need"]),
        Kind("offer", lazy("an offer"), "", vocabulary.KINDS["offer"]),
    )
}
ITEMS = ("need", "offer")
PAGES = tuple(name for name in KINDS if name not in ITEMS)


@dataclass(frozen=True, eq=False)
class Field:
    """``shape`` is how its cells are read (``values.READERS``), ``kinds`` what can have it.

    ``private``: it is somebody's, so that it is not published unless someone says so; ``many``:
    several columns may be it. What heads of columns mean it is in ``wiki.api.imports.vocabulary``.
    """

    name: str
    label: Any
    shape: str
    kinds: tuple[str, ...]
    private: bool = False
    many: bool = False


_ALL = tuple(KINDS)


def _fields() -> Sequence[Field]:
    return (
        Field("title", lazy("Title or name"), "line", PAGES),
        Field("first", lazy("First name"), "line", ("person",)),
        Field("last", lazy("Family name"), "line", ("person",)),
        Field("what", lazy("What is needed or offered"), "line", ITEMS),
        Field("project", lazy("The project that it belongs to"), "line", ITEMS),
        Field("summary", lazy("In one sentence"), "line", PAGES),
        Field("text", lazy("The text of the page"), "text", PAGES, many=True),
        Field("details", lazy("Details"), "text", ITEMS, many=True),
        Field(
            "themes",
            lazy("Themes"),
            "words",
            ("project", "person", "event", "organisation", *ITEMS),
            many=True,
        ),
        Field("territory", lazy("Territory"), "line", _ALL),
        Field("state", lazy("Where it stands"), "state", ("project",)),
        Field("since", lazy("Since when it stands there"), "day", ("project",)),
        Field("begun", lazy("Begun on"), "day", ("project",)),
        Field("team", lazy("Team (people who may edit it)"), "names", ("project", "event")),
        Field(
            "organisation", lazy("Organisation"), "names", ("project", "person", "event"), many=True
        ),
        Field("acronym", lazy("Acronym"), "line", ("organisation",)),
        Field("kind", lazy("Kind"), "line", ("organisation", "event")),
        Field("siret", lazy("SIRET"), "siret", ("organisation",)),
        Field("starts", lazy("Begins"), "moment", ("event",)),
        Field("starttime", lazy("Begins at (hour)"), "time", ("event",)),
        Field("ends", lazy("Ends"), "moment", ("event",)),
        Field("endtime", lazy("Ends at (hour)"), "time", ("event",)),
        Field("place", lazy("Place"), "line", ("event",)),
        Field("programme", lazy("Projects on the programme"), "names", ("event",)),
        Field("skills", lazy("Skills"), "words", ("person",), many=True),
        Field("roles", lazy("Takes part as"), "roles", ("person",)),
        Field("availability", lazy("Requests a month"), "availability", ("person", *ITEMS)),
        Field("before", lazy("Before (a day)"), "day", ITEMS),
        Field("box", lazy("Open, found or withdrawn"), "box", ITEMS),
        Field("needs", lazy("Needs"), "items", ("project", "person", "organisation")),
        Field("offers", lazy("Offers"), "items", ("project", "person", "organisation")),
        Field("website", lazy("Website"), "web", PAGES),
        Field("repository", lazy("Source code"), "web", ("project",)),
        Field("mail", lazy("Mail address"), "mail", PAGES, private=True),
        Field("phone", lazy("Telephone"), "phone", PAGES, private=True),
        Field("visibility", lazy("Who may read it"), "readers", PAGES),
        Field("source", lazy("Identifier"), "line", _ALL),
    )


FIELDS: Mapping[str, Field] = {field.name: field for field in _fields()}


def fields_of(kind: str) -> list[Field]:
    """The fields that lines of that kind can have, in the order in which they are offered."""
    return [field for field in FIELDS.values() if kind in field.kinds]
