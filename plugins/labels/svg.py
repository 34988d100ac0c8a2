"""A label as SVG: words on a plain ground, as wide as they are, with nothing fetched from anywhere.

The wide fonts of all systems differ a little: each line says how long it is (``textLength``), so
that it never leaves its ground. Words are measured with the font that Pillow carries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width

from markupsafe import escape
from PIL import ImageFont

SIZES, LOOKS = ("small", "medium", "large"), ("light", "dark")
_FONT = "Verdana, 'DejaVu Sans', 'Helvetica Neue', Arial, sans-serif"
#: Verdana is wider than the font that words are measured with, and bold is wider again
_WIDER, _BOLD = 1.16, 1.12
#: characters of a line, beyond which it is cut; what a reader is told stays whole
_MOST = 60


@dataclass(frozen=True)
class Look:
    """How a badge is drawn: one of SIZES, one of LOOKS, the language of its words."""

    size: str = "medium"
    look: str = "light"
    lang: str = "fr"

    @property
    def query(self) -> dict[str, str]:
        """What its address says of it."""
        return {"size": self.size, "look": self.look, "lang": self.lang}


@dataclass(frozen=True)
class Colours:
    """Of the ground, its edge, the words, the quieter words, and the two circles of the mark."""

    ground: str
    edge: str
    words: str
    quiet: str
    first: str
    second: str


COLOURS = {
    "light": Colours("#fffefb", "#8f8676", "#26221c", "#635c50", "#9c4314", "#0d646c"),
    "dark": Colours("#22201d", "#7f7767", "#ebe5da", "#b0a797", "#f0a173", "#7cc9cb"),
}
#: of one that no longer holds
GREY = {
    "light": Colours("#efedea", "#99948b", "#57524a", "#57524a", "#8d887f", "#8d887f"),
    "dark": Colours("#2b2a28", "#6d6a65", "#bdb8b0", "#bdb8b0", "#85817a", "#85817a"),
}


@dataclass(frozen=True)
class Line:
    """Some words at a size in pixels."""

    words: str
    size: float
    bold: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Badge:
    """A picture with its width and height in pixels."""

    svg: str
    width: int
    height: int


@dataclass(frozen=True)
class _Shape:
    """Of one size: its edge to the words, the mark's radius, the gap between lines."""

    pad: float
    mark: float
    gap: float


_SHAPES = {"small": _Shape(6, 5, 0), "medium": _Shape(10, 8, 6), "large": _Shape(16, 13, 8)}


def draw(title: str, lines: Sequence[Line], look: Look, *, grey: bool = False) -> Badge:
    """The picture; ``title`` is what those hear who do not see it."""
    colours, shape = (GREY if grey else COLOURS)[look.look], _SHAPES[look.size]
    lines = [Line(_short(one.words), one.size, one.bold, one.quiet) for one in lines]
    widths = [_width(one) for one in lines]
    height = round(2 * shape.pad + sum(one.size for one in lines) + shape.gap * (len(lines) - 1))
    left = shape.pad + shape.mark * 3.1 + shape.pad * 0.8
    width = round(left + max(widths) + shape.pad * 1.3)
    parts = [_opening(title, width, height, look.lang), _ground(colours, width, height)]
    parts.append(_mark(colours, shape, height))
    y = shape.pad
    for one, wide in zip(lines, widths, strict=True):
        # A line of words stands on its base: capitals are some seven tenths of its size.
        y += one.size
        parts.append(_line(one, left, y - one.size * 0.17, wide, colours))
        y += shape.gap
    return Badge("".join([*parts, "</svg>\n"]), width, height)


def _opening(title: str, width: int, height: int, lang: str) -> str:
    said = escape(_clean(title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="label" xml:lang="{lang}">'
        f'<title id="label">{said}</title>'
    )


def _ground(colours: Colours, width: int, height: int) -> str:
    return (
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6"'
        f' fill="{colours.ground}" stroke="{colours.edge}"/>'
    )


def _mark(colours: Colours, shape: _Shape, height: int) -> str:
    radius, middle = shape.mark, height / 2
    first, second = shape.pad + radius, shape.pad + radius * 2.25
    return (
        f'<circle cx="{first:g}" cy="{middle:g}" r="{radius * 0.82:g}" fill="none"'
        f' stroke="{colours.first}" stroke-width="{radius * 0.36:g}"/>'
        f'<circle cx="{second:g}" cy="{middle:g}" r="{radius * 0.8:g}" fill="{colours.second}"'
        "/>"
    )


def _line(line: Line, x: float, y: float, width: float, colours: Colours) -> str:
    weight = ' font-weight="bold"' if line.bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{_FONT}" font-size="{line.size:g}"{weight}'
        f' fill="{colours.quiet if line.quiet else colours.words}" textLength="{width:.1f}"'
        f' lengthAdjust="spacingAndGlyphs">{escape(line.words)}</text>'
    )


def _width(line: Line) -> float:
    narrow = "".join(char for char in line.words if east_asian_width(char) not in "WF")
    measured = _font(line.size).getlength(narrow) * _WIDER * (_BOLD if line.bold else 1)
    return max(1.0, measured + line.size * (len(line.words) - len(narrow)))


@lru_cache(maxsize=16)
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _short(words: str) -> str:
    words = _clean(words)
    return words if len(words) <= _MOST else words[: _MOST - 1].rstrip() + "…"


def _clean(words: str) -> str:
    """On one line, without what no XML may hold."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split()) or "…"
