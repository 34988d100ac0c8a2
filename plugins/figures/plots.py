"""Bars as SVG, drawn by leather: neither script nor style, and colours that the page gives."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

_WIDTH, _BAR, _AROUND = 480, 42, 90
#: what leather writes of colours and fonts: the style sheet says them instead
_LOOK = re.compile(r' (?:font-family|fill|stroke)="[^"]*"')
_FONT_SIZE = 15


def bars(values: Sequence[tuple[str, float]], label: str) -> Markup:
    """A bar for each ``(name, days)``, the first on top; ``label`` says what it shows."""
    import leather

    chart = leather.Chart()
    # The longest stands beside an axis that begins at nothing.
    chart.add_x_scale(0, max(1, *(days for _name, days in values)))
    chart.add_bars([(days, name) for name, days in reversed(values)])
    height = _AROUND + _BAR * len(values)
    svg = _LOOK.sub("", str(chart.to_svg(width=_WIDTH, height=height)))
    # Nothing behind it, and as wide as the page has room for.
    svg = re.sub(r'<rect x="0" y="0" width="\d+" height="\d+" ?/>', "", svg, count=1)
    opening = (
        f'<svg class="plot" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {_WIDTH} {height}" xmlns="http://www.w3.org/2000/svg">'
    )
    svg = re.sub(r"<svg [^>]*>", lambda _old: opening, svg, count=1)
    svg = re.sub(r'font-size="\d+"', f'font-size="{_FONT_SIZE}"', svg)
    return Markup(svg)  # noqa: S704 - leather escapes the names
