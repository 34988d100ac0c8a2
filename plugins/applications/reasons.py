"""Kind reasons and next doors: ours, or those of the wiki's own page ``modeles/pas-cette-fois``.

In that page a list item that is one link is a door; every other item is a reason.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wiki.api.reading import Reader, find_page, resolve_target
from wiki.api.reading.rows import PageRow, find_rows, get_rows, select
from wiki.api.translation import gettext, languages, lazy, use_language

from .calls import open_calls
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
_DOORS = ("boite-a-outils/rencontrer-un-expert", "boite-a-outils/demander-des-retours")
_ITEM = re.compile(r"^\s{0,3}[-*+]\s++(?:\[[ xX-]\]\s++)?(.*\S)\s*$")
_ONE_LINK = re.compile(r"^\[\[([^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|[^\[\]]*)?\]\]\.?$")
_LONGEST, _MOST = 300, 30
#: coming cafés, and other evenings that take applications
_CAFES, _CALLS = 5, 5


@dataclass(frozen=True)
class Choices:
    """What can be ticked: reasons by what is kept of each, doors as pages; where they are from."""

    reasons: Sequence[tuple[str, str]]
    doors: Sequence[PageRow]
    page: str


def choices(reader: Reader, event: str) -> Choices:
    """The reasons and doors that are offered to who decides about an application to ``event``."""
    page = next((found for path in PAGES if (found := find_page(reader, path))), None)
    items = list(_items(page.text)) if page else []
    doors = [link[1].strip() for item in items if (link := _ONE_LINK.match(item))]
    own = [item[:_LONGEST] for item in items if not _ONE_LINK.match(item)][:_MOST]
    ours = _ours()
    kept = [ours.get(words, words) for words in own] or list(OURS)
    reasons = [(one, words_of(one)) for one in dict.fromkeys(kept)]
    named = [resolve_target(reader, one) or "" for one in (doors or _DOORS)]
    paths = [*_coming(reader, event), *named]
    rows = get_rows(reader, [path for path in dict.fromkeys(paths) if path])
    return Choices(reasons, list(rows.values()), page.path if page else PAGES[0])


def words_of(kept: str) -> str:
    """A reason as it is told, from what was kept of it."""
    return str(OURS[kept]) if kept in OURS else kept


def door_label(row: PageRow) -> str:
    """What a door is, before its title."""
    if row.type in ("event", "carrefour"):
        kind = row.first("kind").casefold()
        cafe = kind in ("café", "cafe")
        return gettext("A café") if cafe else gettext("Another evening that takes applications")
    return ""


def _ours() -> dict[str, str]:
    """Our reasons as they read in each language: one that stands in the page so is still ours."""
    found: dict[str, str] = {}
    for lang in languages():
        with use_language(lang):
            found |= {str(words): key for key, words in OURS.items()}
    return found


def _coming(reader: Reader, event: str) -> Iterator[str]:
    """Cafés and calls behind which somebody stands: an example has a team of invented people."""
    since = reader.today.isoformat()
    cafes = select(types=("event",), values={"kind": ("café",)}, ranges={"starts": (since, "")})
    rows = list(find_rows(reader, cafes, "starts", 4 * _CAFES).rows)
    calls = [call.event.row for call in open_calls(reader, 4 * _CALLS)]
    teams = team_accounts(reader.instance, [*rows, *calls])
    for found, most in ((rows, _CAFES), (calls, _CALLS)):
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
