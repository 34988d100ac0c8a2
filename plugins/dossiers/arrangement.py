"""A selection as one form: what it says is wanted, and the text that follows from it (pure).

All lines are sent together, so nothing typed beside a button that was pressed is lost. What others
changed meanwhile stays; where two people changed the same, nothing is written (``Clash``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wiki.api.pages import split_lines
from wiki.api.paths import read_number

from .model import Entry, source_of


@dataclass(frozen=True)
class Arrangement:
    """Lines by their keys: their ``order``, the ``words`` of each, and which are ``removed``."""

    order: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    def stepped(self, key: str, step: int) -> "Arrangement":
        """The same with one line a place up (-1) or down (1), where there is one."""
        if key not in self.order or not 0 <= self.order.index(key) + step < len(self.order):
            return self
        order = list(self.order)
        at = order.index(key)
        order.insert(at + step, order.pop(at))
        return replace(self, order=tuple(order))

    def without(self, key: str) -> "Arrangement":
        """The same without one line."""
        return replace(self, removed=self.removed | {key}) if key in self.order else self


class Clash(Exception):
    """Someone else changed the same since: the words of ``keys``, or the order."""

    def __init__(self, keys: Iterable[str], *, order: bool = False) -> None:
        super().__init__()
        self.keys = frozenset(keys)
        self.order = order


def keyed(found: Iterable[Entry]) -> dict[str, Entry]:
    """The entries by what forms call them: their link, with a number where it stands again."""
    named: dict[str, Entry] = {}
    times: dict[str, int] = {}
    for entry in found:
        times[entry.target] = count = times.get(entry.target, 0) + 1
        named[entry.target if count == 1 else f"{entry.target}#{count}"] = entry
    return named


def placed(keys: Sequence[str], places: Sequence[str]) -> tuple[str, ...]:
    """``keys`` in the order that ``places``, numbers beside them, ask for.

    Who stays where it was makes room for who was given another place; what is no number asks for
    nothing.
    """
    wanted = [
        (number, key)
        for at, (key, place) in enumerate(zip(keys, places, strict=True), 1)
        if (number := read_number(place)) is not None and number != at
    ]
    going = {key for _place, key in wanted}
    order = [key for key in keys if key not in going]
    for place, key in sorted(wanted, key=lambda pair: pair[0]):
        order.insert(max(place - 1, 0), key)
    return tuple(order)


def arranged(
    text: str, base: Mapping[str, Entry], now: Mapping[str, Entry], wanted: Arrangement
) -> str:
    """``text``, whose lines are ``now``, as it is wanted by who saw ``base``. Raises Clash."""
    words = _new_words(base, now, wanted)
    order = _new_order(base, now, wanted)
    blocks: dict[int, list[str]] = {}
    for key, entry in now.items():
        blocks.setdefault(entry.block.line, []).append(key)
    lines = split_lines(text)
    for start in sorted(blocks, reverse=True):
        mine = blocks[start]
        kept = [key for key in order if key in mine and key not in wanted.removed]
        first, last = now[mine[0]].item.line, now[mine[-1]].item.end_line
        new = {key: _source(lines, now[key], words.get(key)) for key in kept}
        lines[first:last] = _woven([new[key] for key in kept], _gaps(lines, now, mine))
    return "".join(lines)


def _new_words(
    base: Mapping[str, Entry], now: Mapping[str, Entry], wanted: Arrangement
) -> dict[str, str]:
    new: dict[str, str] = {}
    clashing = set()
    for key in wanted.order:
        was, there = _words(base, key), _words(now, key)
        mine = wanted.words.get(key, was)
        if key in wanted.removed or there is None:
            # Words that one writes are not thrown away by who takes the line out.
            if (there if key in wanted.removed else mine) not in (was, None):
                clashing.add(key)
        elif mine not in (was, there, None):
            if there != was:
                clashing.add(key)
            new[key] = mine or ""
    if clashing:
        raise Clash(clashing)
    return new


def _words(entries: Mapping[str, Entry], key: str) -> str | None:
    return entries[key].words if key in entries else None


def _new_order(
    base: Mapping[str, Entry], now: Mapping[str, Entry], wanted: Arrangement
) -> list[str]:
    mine = [key for key in wanted.order if key in now]
    asked = frozenset(mine)
    was = [key for key in base if key in asked]
    there = [key for key in now if key in asked]
    if mine in (was, there):
        order = there
    elif there == was:
        order = mine
    else:
        raise Clash((), order=True)
    before = ""
    for key in now:
        if key not in asked:
            # What nobody arranged here stays behind the line that it stood behind.
            order.insert(order.index(before) + 1 if before in order else 0, key)
        before = key
    return order


def _source(lines: Sequence[str], entry: Entry, words: str | None) -> str:
    if words is not None:
        return f"{source_of(entry, words)}\n"
    kept = "".join(lines[entry.item.line : entry.item.end_line]).rstrip()
    return f"{kept}\n"


def _gaps(lines: Sequence[str], now: Mapping[str, Entry], keys: Sequence[str]) -> list[str]:
    """What stands after each line and before the next: blanks, or words of the author's."""
    gaps = []
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        item = now[key].item
        own = "".join(lines[item.line : item.end_line])
        blank = own[len(own.rstrip()) :].partition("\n")[2]
        end = now[following].item.line if following else item.end_line
        gaps.append(blank + "".join(lines[item.end_line : end]))
    return gaps


def _woven(sources: Sequence[str], gaps: Sequence[str]) -> list[str]:
    """The lines with the gaps between them; gaps that are left over keep their words alone."""
    woven = [f"{source}{gap}" for source, gap in zip(sources, gaps, strict=False)]
    return [*woven, *(gap for gap in gaps[len(sources) :] if gap.strip())]
