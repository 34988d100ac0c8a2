"""The applications to an event as one table: its rows, narrowed and sorted by the address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from wiki.api.meaning import fold, near
from wiki.api.paths import page_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.rows import get_rows
from wiki.api.translation import gettext, lazy

from ..states import LATER, LIVE, SELECTED
from ..values import fill_said

Line = dict[str, Any]
#: rows at once, and what is shown of each
ROWS, _NEAR = 40, 2
#: what can be asked for under ``state``, in the order in which one works
STATES: dict[str, tuple[Any, Callable[[Mapping[str, Any]], bool]]] = {
    "unread": (lazy("to read"), lambda one: bool(one["unread"])),
    "asks": (lazy("a note to read"), lambda one: bool(one["asks"])),
    "open": (lazy("to decide"), lambda one: one["state"] in LIVE and not one["decided"]),
    "selected": (lazy("selected"), lambda one: one["state"] == SELECTED),
    "later": (lazy("not this time"), lambda one: one["state"] == LATER),
    "untold": (lazy("not told yet"), lambda one: bool(one["decided"] and not one["told"])),
    "agreed": (lazy("said yes"), lambda one: bool(one["agreed"])),
}
#: these stand in no other list
ORPHAN, ASIDE = "orphan", "aside"
SORTS = ("new", "title", "theme", "territory", "state")


@dataclass(frozen=True)
class Asked:
    """What the address asks for; ``sort`` with a ``-`` is the other way round."""

    state: str = ""
    theme: str = ""
    territory: str = ""
    sort: str = ""

    @property
    def query(self) -> str:
        """The same as an address has it, "" where nothing is asked for."""
        return urlencode({key: value for key, value in asdict(self).items() if value})


def read_asked(args: Mapping[str, str]) -> Asked:
    """What of an address is understood."""
    state, sort = args.get("state", ""), args.get("sort", "")
    return Asked(
        state=state if state in (*STATES, ORPHAN, ASIDE) else "",
        theme=slug(args.get("theme", "")[:100]),
        territory=slug(args.get("territory", "")[:100]),
        sort=sort if sort.removeprefix("-") in SORTS else "",
    )


def narrowed(lines: Iterable[Line], asked: Asked) -> list[Line]:
    """Those of ``lines``, the newest first, that are asked for, in the order asked for."""
    found = [one for one in lines if _is_asked(one, asked)]
    sort = asked.sort.removeprefix("-")
    if sort in ("title", "territory"):
        found.sort(key=lambda one: fold(one[sort]))
    elif sort == "theme":
        found.sort(key=lambda one: [fold(word) for word in one["themes"]])
    elif sort == "state":
        order = list(STATES.values())
        found.sort(key=lambda one: [holds(one) for _words, holds in order], reverse=True)
    return found[::-1] if asked.sort.startswith("-") else found


def heads(asked: Asked, action: str) -> list[dict[str, str]]:
    """The columns that one sorts by, each with the address that does."""
    labels = {
        "title": gettext("Project"),
        "theme": gettext("Themes"),
        "territory": gettext("Territory"),
        "": gettext("Needs"),
        " ": gettext("Who carries it"),
        "  ": gettext("Neighbours"),
        "state": gettext("Decision"),
    }
    found = []
    for key, label in labels.items():
        now = asked.sort.removeprefix("-") == key
        down = asked.sort.startswith("-")
        query = replace(asked, sort=f"-{key}" if now and not down else key).query
        found.append(
            {
                "label": label,
                "url": f"{action}?{query}" if key.strip() else "",
                "sorted": ("descending" if down else "ascending") if now else "",
            }
        )
    return found


def selects(lines: Sequence[Line], asked: Asked) -> list[dict[str, Any]]:
    """What one narrows by, with what there is of each."""
    states = [
        (key, str(words)) for key, (words, holds) in STATES.items() if any(map(holds, _main(lines)))
    ]
    if any(one["orphan"] for one in lines):
        states.append((ORPHAN, gettext("nobody carries them any more")))
    if any(one["state"] == ASIDE for one in lines):
        states.append((ASIDE, gettext("set aside")))
    themes = _named(theme for one in lines for theme in one["themes"])
    places = _named(one["territory"] for one in lines)
    sorts = [
        ("", gettext("newest first")),
        ("-new", gettext("oldest first")),
        ("title", gettext("by name")),
        ("theme", gettext("by theme")),
        ("territory", gettext("by territory")),
        ("state", gettext("by what is to be done")),
    ]
    every = ("", gettext("all"))
    return [
        {"name": "state", "label": gettext("State"), "options": [every, *states]},
        {"name": "theme", "label": gettext("Theme"), "options": [every, *themes]},
        {"name": "territory", "label": gettext("Territory"), "options": [every, *places]},
        {"name": "sort", "label": gettext("Order"), "options": sorts},
    ]


def fill(reader: Reader, lines: Sequence[Line]) -> None:
    """Adds to the rows that are shown who carries each, what it needs, and what is near to it."""
    fill_said(reader, lines)
    for one in lines:
        one["near"] = _near(reader, one)


def _is_asked(one: Line, asked: Asked) -> bool:
    if asked.state in (ORPHAN, ASIDE):
        here = bool(one["orphan"]) if asked.state == ORPHAN else one["state"] == ASIDE
    else:
        here = _is_main(one) and (not asked.state or STATES[asked.state][1](one))
    themes = {slug(theme) for theme in one["themes"]}
    return (
        here
        and (not asked.theme or asked.theme in themes)
        and (not asked.territory or asked.territory == slug(one["territory"]))
    )


def _is_main(one: Line) -> bool:
    return not one["orphan"] and one["state"] != ASIDE


def _main(lines: Iterable[Line]) -> list[Line]:
    return [one for one in lines if _is_main(one)]


def _named(words: Iterable[str]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for word in words:
        if key := slug(word):
            found.setdefault(key, word)
    return sorted(found.items())


def _near(reader: Reader, one: Line) -> list[dict[str, str]]:
    text = f"{one['title']}\n{one['summary']}"
    found = reader.instance.plugins.call(near, text, reader, ("project",), _NEAR + 1)
    fits = [fit for fit in found if fit.path != one["project"]]
    rows = get_rows(reader, [fit.path for fit in fits])
    return [
        {"label": rows[fit.path].title, "url": page_url(fit.path), "why": " · ".join(fit.reasons)}
        for fit in fits[:_NEAR]
        if fit.path in rows
    ]
