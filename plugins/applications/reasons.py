"""Kind reasons and next doors: ours, or those of the wiki's own page ``modeles/pas-cette-fois``.

In that page a list item that is one link is a door; every other item is a reason. Doors lead to
what is open: evenings to come, other calls, projects nearby, and the form that asks for advice.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wiki.api.paths import action_url, page_url
from wiki.api.plugin import call_hook
from wiki.api.reading import Reader, find_page, resolve_target
from wiki.api.reading.rows import PageRow, find_rows, get_rows, select
from wiki.api.translation import gettext, languages, lazy, use_language

from .calls import FACT, open_calls
from .neighbours import near_projects
from .ownership import team_accounts

#: where the people of the wiki write their own
PAGES = ("modeles/pas-cette-fois", "modeles/not-this-time")
OURS = {
    "full": lazy("The evening is short, and several projects of this theme were already ready."),
    "early": lazy(
        "The idea is still taking shape: a few more encounters will make the evening worth more."
    ),
    "users": lazy("We would love to see it once a few people have tried it."),
    "theme": lazy("Another evening, on another theme, will bring you the people you look for."),
    "place": lazy(
        "The people who could help are in another territory: we would rather take you there."
    ),
    "need": lazy("What you look for is found faster by a direct introduction than on a stage."),
    "shown": lazy("It was shown here lately: we keep the place for one that nobody has seen."),
}  # fmt: skip
#: a door that is no page: the form, of whatever plugin has it, that asks for advice on a project
ADVICE = "-/advice"
_ITEM = re.compile(r"^\s{0,3}[-*+]\s++(?:\[[ xX-]\]\s++)?(.*\S)\s*$")
_ONE_LINK = re.compile(r"^\[\[([^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|[^\[\]]*)?\]\]\.?$")
_LONGEST, _MOST = 300, 30
#: evenings to come, other evenings that take applications, projects nearby
_EVENINGS, _CALLS, _NEAR = 5, 5, 3


@dataclass(frozen=True)
class Door:
    """What a team is led to: what is kept of it, its address, and what it is, before its title."""

    path: str
    title: str
    url: str
    kind: str = ""


@dataclass(frozen=True)
class Choices:
    """What can be ticked: reasons by what is kept of each, doors; the page that they are from."""

    reasons: Sequence[tuple[str, str]]
    doors: Sequence[Door]
    page: str


def choices(reader: Reader, event: str, project: PageRow | None = None) -> Choices:
    """The reasons and doors that are offered to who decides about an application to ``event``."""
    page = next((found for path in PAGES if (found := find_page(reader, path))), None)
    items = list(_items(page.text)) if page else []
    doors = [link[1].strip() for item in items if (link := _ONE_LINK.match(item))]
    own = [item[:_LONGEST] for item in items if not _ONE_LINK.match(item)][:_MOST]
    ours = _ours()
    kept = [ours.get(words, words) for words in own] or list(OURS)
    reasons = [(one, words_of(one)) for one in dict.fromkeys(kept)]
    named = [resolve_target(reader, one) or "" for one in doors]
    beside = [one["path"] for one in near_projects(reader, project)[:_NEAR]] if project else []
    paths = [ADVICE, *_coming(reader, event), *beside, *named]
    offered = find_doors(reader, paths, project.path if project else "")
    return Choices(reasons, offered, page.path if page else PAGES[0])


def find_doors(reader: Reader, kept: Sequence[str], project: str) -> list[Door]:
    """Those of the doors that are kept which the reader may open, each once."""
    rows = get_rows(reader, [path for path in dict.fromkeys(kept) if path])
    found = [Door(one.path, one.title, page_url(one.path), _kind(one)) for one in rows.values()]
    forms = call_hook(reader.instance.plugins.hook.open_forms)
    there = any(form.url == action_url("advice/ask") for group in forms for form in group.values())
    if ADVICE in kept and there:
        url = action_url("advice/ask", query={"page": project} if project else {})
        found.insert(0, Door(ADVICE, gettext("Ask for advice on your project"), url))
    return found


def words_of(kept: str) -> str:
    """A reason as it is told, from what was kept of it."""
    return str(OURS[kept]) if kept in OURS else kept


def _kind(row: PageRow) -> str:
    if row.facts.get(FACT):
        return gettext("Another evening that takes applications")
    cafe = row.first("kind").casefold() in ("café", "cafe")
    event = gettext("A café") if cafe else gettext("An evening to come")
    return {"event": event, "project": gettext("A project nearby")}.get(row.type, "")


def _ours() -> dict[str, str]:
    """Our reasons as they read in each language: one that stands in the page so is still ours."""
    found: dict[str, str] = {}
    for lang in languages():
        with use_language(lang):
            found |= {str(words): key for key, words in OURS.items()}
    return found


def _coming(reader: Reader, event: str) -> Iterator[str]:
    """Events and calls behind which somebody stands: an example has a team of invented people."""
    coming = select(types=("event",), ranges={"starts": (reader.today.isoformat(), "")})
    listed = find_rows(reader, coming, "starts", 4 * _EVENINGS).rows
    rows = [row for row in listed if not row.first("cancelled")]
    calls = [call.event.row for call in open_calls(reader, 4 * _CALLS)]
    teams = team_accounts(reader.instance, [*rows, *calls])
    for found, most in ((rows, _EVENINGS), (calls, _CALLS)):
        doors = [
            row.path
            for row in found
            if row.path != event and (teams[row.path] or not row.facts.get("team"))
        ]
        yield from doors[:most]


def _items(text: str) -> Iterator[str]:
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and (found := _ITEM.match(line)):
            yield found[1]
