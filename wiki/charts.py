"""Plots as SVG, drawn by leather: neither script nor style, in the colours that the page gives.

What a plot shows stands in a table beside it too: that is the template's part.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from math import ceil
from typing import Any

from markupsafe import Markup, escape

#: in units of the drawing, which is as wide as the page has room for
_WIDTH, _BAR, _AROUND = 480, 42, 90
_TALL = 240
#: what leather writes of colours and fonts: the style sheet says them instead
_LOOK = re.compile(r' (?:font-family|fill|stroke)="[^"]*"')
_FONT_SIZE = 15


def bars(values: Sequence[tuple[str, float]], label: str, told: str = "") -> Markup:
    """A lying bar for each ``(name, number)``, the first on top.

    ``label`` says what it shows, ``told`` what there is to see in it, for those who do not.
    """
    chart = _chart()
    # The longest stands beside an axis that begins at nothing.
    chart.add_x_scale(0, max(1, *(number for _name, number in values)))
    chart.add_bars([(number, name) for name, number in values])
    return _drawn(chart, _AROUND + _BAR * len(values), label, told)


def columns(
    values: Sequence[tuple[str, float]], label: str, told: str = "", *, most: float = 0
) -> Markup:
    """A standing column for each ``(name, number)``, from left to right.

    ``most``: the number that reaches the top, where several plots are compared; else the largest.
    """
    chart = _chart()
    top = _round(max(1, most, *(number for _name, number in values)))
    chart.add_y_scale(0, top)
    # Things are counted: there is no half of one.
    chart.add_y_axis(ticks=[0, top // 2, top] if top > 1 else [0, top])
    chart.add_columns([(name, number) for name, number in values])
    return _drawn(chart, _TALL, label, told)


def _round(number: float) -> int:
    """The next number that has two as a divisor and reads well: 2, 4, … 10, 20, … 100, 200."""
    step = 2
    while number > 10 * step:
        step *= 10
    return max(1, step * ceil(number / step)) if number > 1 else 1


def _chart() -> Any:
    # Seldom needed, and slow to load.
    import leather

    return leather.Chart()


def _drawn(chart: Any, height: int, label: str, told: str) -> Markup:
    svg = _LOOK.sub("", str(chart.to_svg(width=_WIDTH, height=height)))
    # Nothing behind it, and as wide as the page has room for.
    svg = re.sub(r'<rect x="0" y="0" width="\d+" height="\d+" ?/>', "", svg, count=1)
    name = "plot-" + sha256(svg.encode() + label.encode()).hexdigest()[:8]
    names = f"{name}-title {name}-told" if told else f"{name}-title"
    opening = (
        f'<svg class="plot" role="img" aria-labelledby="{names}" '
        f'viewBox="0 0 {_WIDTH} {height}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(label)}</title>'
    )
    if told:
        opening += f'<desc id="{name}-told">{escape(told)}</desc>'
    svg = re.sub(r"<svg [^>]*>", lambda _old: opening, svg, count=1)
    svg = re.sub(r'font-size="\d+"', f'font-size="{_FONT_SIZE}"', svg)
    return Markup(svg)  # noqa: S704 - leather escapes the names
