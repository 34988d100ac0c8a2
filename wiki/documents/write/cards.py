"""Cards on sheets of A4 with cut marks, as PDF: name badges, above all.

As for books, the template is given values as strings of typst: no word of a card is ever code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wiki.documents.write.typst import typeset
from wiki.documents.write.typst import typst_string as quoted

_HERE = Path(__file__).parent
#: cards of a file: more is asked for in parts
MOST_CARDS = 400


@dataclass(frozen=True)
class CardSheet:
    """How many cards stand on a sheet, each so wide and so high in millimetres."""

    columns: int
    rows: int
    width: int
    height: int


#: by the cards of a sheet: badges of 90 × 65, and of 85 × 54 as cards of visit are
CARD_SHEETS = {8: CardSheet(2, 4, 90, 65), 10: CardSheet(2, 5, 85, 54)}


@dataclass(frozen=True)
class Card:
    """A card: its title, a picture (SVG, or none), and words under labels.

    Where a label has no words, a line is drawn to write on.
    """

    title: str
    parts: Sequence[tuple[str, str]] = ()
    code: bytes = b""


def make_cards(
    cards: Sequence[Card], sheet: CardSheet, footer: str, lang: str, *, seconds: float
) -> bytes:
    """The PDF of at most ``MOST_CARDS``; ``footer`` stands on each. Raises as documents do."""
    shown = cards[:MOST_CARDS]
    files = {f"code-{n}.svg": one.code for n, one in enumerate(shown) if one.code}
    written = [_written(one, f"code-{n}.svg" if one.code else "") for n, one in enumerate(shown)]
    numbers = ("columns", "rows", "width", "height")
    head = [
        f"#let cards-language = {quoted(lang.split('_')[0])}",
        f"#let cards-footer = {quoted(footer)}",
        *(f"#let cards-{name} = {getattr(sheet, name)}" for name in numbers),
        f"#let cards = ({''.join(f'{one},' for one in written)})",
    ]
    source = "\n".join([*head, _template()])
    return typeset(["pdf", "1.7"], source, files, seconds)


def _written(card: Card, code: str) -> str:
    """A card as a dictionary of typst."""
    parts = "".join(f"({quoted(label)}, {quoted(words)})," for label, words in card.parts)
    return f"(title: {quoted(card.title)}, code: {quoted(code)}, parts: ({parts}))"


@cache
def _template() -> str:
    return (_HERE / "cards.typ").read_text("utf-8")
