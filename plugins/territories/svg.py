"""The map as SVG: outlines of regions, the darker the more there is, and how much in a circle.

Colours hold on light and on dark ground alike, so that the same picture stands in a page's own
markup, as an image and on other sites; there is neither style nor script in it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from .gazetteer import Region

WIDTH, HEIGHT = 640, 590
#: who drew what the outlines are made of, and under which licence: stands below each map
SOURCE = "MapSVG, Victor Cazanave, CC BY 4.0"
_LAND, _EDGE, _FULL, _WORDS = "#8f8676", "#857c6d", "#117a83", "#ffffff"
_FONT = "Figtree, 'Helvetica Neue', Arial, sans-serif"
#: of a circle, by the number in it: for one, and for the largest
_SMALL, _LARGE = 16.0, 30.0
#: where regions overseas stand, below the others: how many in a row, how wide and tall each is
_IN_A_ROW, _WIDE, _TALL = 2, 318, 48


@dataclass(frozen=True)
class Beside:
    """What others have in a region: how much, in words, and where it leads."""

    count: int
    words: str
    url: str


@dataclass(frozen=True)
class Spot:
    """A region on the map: what it says to who points at it or hears it, and where it leads."""

    region: Region
    count: int
    words: str
    url: str = ""
    beside: Beside | None = None


@cache
def _outlines() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(
        (Path(__file__).parent / "outlines.json").read_text("utf-8")
    )
    return found


def draw(spots: Sequence[Spot], title: str) -> Markup:
    """The map of ``spots``, one a region; ``title`` is what those hear who do not see it.

    Where some lead somewhere it is a group of links, else one picture.
    """
    most = max((one.count for one in spots), default=0)
    role = "group" if any(one.url or one.beside for one in spots) else "img"
    shapes = "".join(_region(one, most) for one in spots if one.region.code in _outlines())
    # Above all regions, so that none covers what stands beside the number of another.
    shapes += "".join(_near(one, most) for one in spots if one.region.code in _outlines())
    far = [one for one in spots if one.region.overseas and (one.count or one.beside)]
    apart = "".join(_far(one, *divmod(number, _IN_A_ROW)) for number, one in enumerate(far))
    height = height_of(len(far))
    return Markup(  # noqa: S704 - what is not ours is escaped below
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 {WIDTH} {height + 16}"'
        f' width="{WIDTH}" height="{height}" role="{role}" aria-label="{escape(title)}"'
        f' class="territory-map">{shapes}{apart}</svg>'
    )


def height_of(overseas: int) -> int:
    """How tall the map is with that many regions overseas that have something."""
    return HEIGHT + _TALL * ceil(overseas / _IN_A_ROW)


def _region(spot: Spot, most: int) -> str:
    outline = _outlines()[spot.region.code]
    fill, opacity = _LAND, 0.16
    if spot.count:
        # The root of the number: one of many still differs from none.
        fill, opacity = _FULL, 0.2 + 0.5 * sqrt(spot.count / most)
    x, y = outline["at"]
    shape = (
        f'<path d="{outline["path"]}" fill="{fill}" fill-opacity="{opacity:.2f}"'
        f' stroke="{_EDGE}" stroke-width="1" stroke-linejoin="round"/>'
    )
    return _linked(spot, shape + (_circle(spot.count, most, x, y) if spot.count else ""))


def _far(spot: Spot, row: int, column: int) -> str:
    x, y = _SMALL + column * _WIDE, HEIGHT + row * _TALL + _TALL / 2
    # As small as the least, so that names begin below one another.
    own, beside = _circle(spot.count, 0, x, y) if spot.count else "", ""
    if spot.beside:
        x += 2 * _SMALL + 4 if own else 0
        beside = _ring(spot.beside, x, y)
    label = (
        f'<text x="{x + _SMALL + 10}" y="{y + 8}" font-family="{_FONT}" font-size="23"'
        f' fill="{_EDGE}">{escape(spot.region.name)}</text>'
    )
    return _linked(spot, own + label) + beside


def _near(spot: Spot, most: int) -> str:
    """What others have in a region with an outline: below one's own number, or in its place."""
    if spot.beside is None:
        return ""
    x, y = _outlines()[spot.region.code]["at"]
    if spot.count:
        apart = (_radius(spot.count, most) + _SMALL) * 0.8
        x, y = x + apart, y + apart
    return _ring(spot.beside, x, y)


def _ring(beside: Beside, x: float, y: float) -> str:
    """Hollow, so that nobody takes it for one's own."""
    words = str(beside.count)
    drawn = (
        f'<circle cx="{x}" cy="{y}" r="{_radius(beside.count, 0) - 1:.1f}" fill="{_WORDS}"'
        f' stroke="{_FULL}" stroke-width="2.5"/>'
        f'<text x="{x}" y="{y + 6}" text-anchor="middle" font-family="{_FONT}" font-size="18"'
        f' font-weight="600" fill="{_FULL}">{words}</text>'
    )
    return _link(beside.url, beside.words, f"<title>{escape(beside.words)}</title>{drawn}")


def _radius(count: int, most: int) -> float:
    """As large as ``count`` is beside ``most``; as small as the least where that is 0."""
    radius = _SMALL + ((_LARGE - _SMALL) * sqrt(count / most) if most else 0)
    # Wide numbers need the room, however few they are beside others.
    return max(radius, 6.4 * len(str(count)) + 4)


def _circle(count: int, most: int, x: float, y: float) -> str:
    radius, words = _radius(count, most), str(count)
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{_FULL}" stroke="{_WORDS}"'
        f' stroke-width="1.5"/><text x="{x}" y="{y + 7}" text-anchor="middle"'
        f' font-family="{_FONT}" font-size="20" font-weight="600" fill="{_WORDS}">{words}</text>'
    )


def _linked(spot: Spot, drawn: str) -> str:
    told = f"<title>{escape(spot.words)}</title>"
    if not spot.url:
        return f"<g>{told}{drawn}</g>"
    return _link(spot.url, spot.words, told + drawn)


def _link(url: str, words: str, drawn: str) -> str:
    return f'<a href="{escape(url)}" aria-label="{escape(words)}">{drawn}</a>'
