"""What sister Carrefours have of what a map shows: how much is in each region, and some of it."""

from dataclasses import dataclass
from typing import Any

from wiki.api.reading import Reader
from wiki.api.reading.rows import find_rows
from wiki.api.sisters import ask_sisters, list_beside
from wiki.api.translation import gettext
from wiki.api.web.elsewhere import Entries

from .counts import Place, by_number, spread_of
from .query import Asked
from .svg import Beside

#: where the list of them begins on the page
_LIST = "#at-sisters"
_SHOWN = 10


@dataclass(frozen=True)
class AtSisters:
    """Regions where sisters have something, and ``entries`` of all of them, or of ``region``."""

    places: tuple[Place, ...]
    region: str
    entries: Entries


def at_sisters(reader: Reader, asked: Asked, code: str) -> AtSisters | None:
    """What is on their maps, narrowed to the region ``code`` where they have something there.

    None where they have nothing, or there are none.
    """

    def counted(theirs: Reader) -> tuple[Place, ...]:
        return tuple(one for one in spread_of(theirs, asked.selection).places if one.count)

    nowhere: tuple[Place, ...] = ()
    places = ask_sisters(reader, counted, nowhere)
    here = next((one for one in places if one.region.code == code), None)
    selection = asked.within(here.slugs) if here else asked.selection
    found = list_beside(reader, lambda theirs: find_rows(theirs, selection, "updated", _SHOWN))
    return AtSisters(places, here.region.name if here else "", found) if found else None


def marks(found: AtSisters, asked: Asked) -> dict[str, Beside]:
    """What the map says of them, by the code of the region; each leads to the list below it."""
    return {
        one.region.code: Beside(one.count, _words(one), _url(asked, one)) for one in found.places
    }


def told(found: AtSisters | None, asked: Asked) -> dict[str, Any]:
    """What the page shows of them: the entries, the regions as a list, and which one is chosen."""
    if found is None:
        return {"at_sisters": None, "theirs": [], "region": "", "all_regions": ""}
    return {
        "at_sisters": found.entries,
        "theirs": [
            {"label": one.region.name, "count": one.count, "url": _url(asked, one)}
            for one in by_number(found.places)
        ],
        "region": found.region,
        "all_regions": asked.url("territories") + _LIST,
    }


def _url(asked: Asked, place: Place) -> str:
    return asked.url("territories", region=place.region.code) + _LIST


def _words(place: Place) -> str:
    words = gettext("{region}: {count} at sister Carrefours")
    return words.format(region=place.region.name, count=place.count)
