"""Which items of blocks are asked for, as a value; no SQL."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wiki.projections.cataloguing.facts import fact_slug
from wiki.projections.cataloguing.selection import Selection
from wiki.projections.tables.conditions import replace_surrogates


@dataclass(frozen=True)
class ItemSelection:
    """Filters on items that must all hold; make one with ``select_items``.

    ``of`` filters by the facts of the space (its territory counts where an item names no place).
    ``after``: number, path and position of an item; only those that follow it in the order "new".
    ``heard`` and ``silent`` are ISO days: of the open items only those of which there was news on
    that day or later (or no day is known), or only those of which there was none since.
    """

    blocks: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    path: str = ""
    until: str = ""
    of: Selection = field(default_factory=Selection)
    after: tuple[int, str, int] | None = None
    heard: str = ""
    silent: str = ""

    def topics(self) -> Iterator[str]:
        """What says which items are of it, and what of their pages is told with them."""
        if self.subjects:
            for name in self.subjects:
                yield from (f"subject:{name}", f"page:{name}")
        else:
            yield from (f"items:{name}" for name in self.blocks) if self.blocks else ("items",)
            yield "pages"
        yield from self.of.fact_topics()
        if self.places:
            yield "facts:territory"
        if self.after is not None:
            yield from ("identities", "last")


def select_items(
    blocks: Iterable[str] = (),
    states: Iterable[str] = (),
    keywords: Iterable[str] = (),
    places: Iterable[str] = (),
    subject: str = "",
    subjects: Iterable[str] = (),
    path: str = "",
    until: str = "",
    of: Selection | None = None,
    after: tuple[int, str, int] | None = None,
    heard: str = "",
    silent: str = "",
) -> ItemSelection:
    """Filters from words as people write them; ``subject`` is a space (``subjects``: any
    of these), ``path`` a page.

    With ``until``, an ISO day, only items that begin with a date up to that one; ``heard`` and
    ``silent``: see ItemSelection.
    """
    return ItemSelection(
        blocks=tuple(sorted(map(replace_surrogates, set(blocks)))),
        states=tuple(sorted(map(replace_surrogates, set(states)))),
        keywords=tuple(sorted({fact_slug(word) for word in keywords})),
        places=tuple(sorted({fact_slug(word) for word in places})),
        subjects=tuple(sorted({*subjects, *([subject] if subject else [])})),
        path=path,
        until=until,
        of=of or Selection(),
        after=after,
        heard=heard,
        silent=silent,
    )


def without(selection: ItemSelection, key: str) -> ItemSelection:
    """``selection`` without what it chooses by ``key``, a facet of items."""
    own = {
        "block": "blocks",
        "state": "states",
        "keyword": "keywords",
        "place": "places",
        "territory": "places",
    }
    changed = {**vars(selection), "of": selection.of.without(key)}
    if key in own:
        changed[own[key]] = ()
    return ItemSelection(**changed)
