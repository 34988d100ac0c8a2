"""A map beside its words: regions, what is everywhere, other places; and the block ``carte``."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.reading.rows import Count
from wiki.api.translation import gettext

from .counts import Place, Spread, by_number, spread_of
from .query import LABELS, Asked, asked_at, read_asked
from .svg import SOURCE, WIDTH, Beside, Spot, draw, height_of

#: the picture alone, for pages
IMAGE = "territories/map.svg"
#: names of other places that a block lists; the page has more
OTHERS = 12


def title_of(asked: Asked) -> str:
    """What the map is called."""
    return gettext("{what} by territory").format(what=LABELS[asked.kind])


def picture(
    spread: Spread,
    asked: Asked,
    *,
    linked: bool = True,
    beside: Mapping[str, Beside] | None = None,
) -> Any:
    """The map, its regions leading to what is there where ``linked``.

    ``beside`` is what others have, by the code of the region.
    """
    others = beside or {}
    spots = [
        Spot(
            place.region,
            place.count,
            _words(place),
            asked.listed(place.slugs) if linked and place.count else "",
            others.get(place.region.code),
        )
        for place in spread.places
    ]
    return draw(spots, title_of(asked))


def drawn_at(address: str, reader: Reader) -> str | None:
    """The map at an ``address``, path and query, as the reader sees it; None for any other."""
    parts = urlsplit(address)
    if parts.path != action_url(IMAGE):
        return None
    asked = asked_at(reader, parts.query)
    return str(picture(spread_of(reader, asked.selection), asked, linked=False))


def told(spread: Spread, asked: Asked, most: int = 1_000) -> dict[str, Any]:
    """What templates show of a spread: ``regions``, ``apart`` and ``others``, with addresses."""
    apart = []
    if spread.everywhere:
        words = gettext("All of France, or at a distance")
        apart.append(_line(words, spread.everywhere, asked.listed(["france-entiere"])))
    if spread.unsaid:
        apart.append(_line(gettext("No place said"), spread.unsaid, ""))
    return {
        "regions": [
            _line(place.region.name, place.count, asked.listed(place.slugs))
            for place in by_number(spread.places)
        ],
        "apart": apart,
        "others": [_other(one, asked) for one in spread.others[:most]],
        "more": max(0, len(spread.others) - most),
        "everywhere": spread.everywhere,
    }


def _line(label: str, count: int, url: str) -> dict[str, Any]:
    return {"label": label, "count": count, "url": url}


def _other(one: Count, asked: Asked) -> dict[str, Any]:
    return _line(one.value, one.count, asked.listed([one.slug]))


def _words(place: Place) -> str:
    if not place.count:
        return gettext("{region}: nothing yet").format(region=place.region.name)
    return f"{place.region.name}\u00a0: {place.count}"


def show(block: Block, context: BlockContext) -> str:
    """As the audience of the page may see it."""
    reader: Reader | None = context.ask
    if reader is None:
        return context.content(block)
    asked, problems = read_asked(block.args, reader.instance.fact_keys.values(), block.line)
    for problem in problems:
        context.problem(problem)
    if asked is None:
        return context.template("territories/block.html", spread=None)
    spread = spread_of(reader, asked.selection)
    return context.template(
        "territories/block.html",
        title=title_of(asked),
        image=asked.url(IMAGE),
        width=WIDTH,
        height=height_of(sum(one.region.overseas and one.count > 0 for one in spread.places)),
        spread=told(spread, asked, OTHERS),
        places=spread.told,
        source=SOURCE,
        url=asked.url("territories"),
    )
