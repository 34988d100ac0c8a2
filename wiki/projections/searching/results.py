"""What one asks and what one is answered, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from wiki.projections.searching.facets import FacetValue


@dataclass(frozen=True)
class SearchRequest:
    """A question. ``filters`` are facet keys with the values chosen, alternatives of one key.

    ``by_space`` gives one result a space, its root page, for all that matches in it; the types are
    then those of root pages. ``of_a_kind`` leaves out of the window what follows so many of its
    kind (twice as many pages); 0 keeps all. Without ``extracts`` a hit has no snippet, which is
    half of the work. ``ranks`` give another order than how well one answers: the rank of a page by
    its path, those without one last. ``as_typed`` looks for no other words that stand for those
    typed.
    """

    query: str
    audience: frozenset[str]
    lang: str = "fr"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_space: bool = False
    limit: int = 20
    offset: int = 0
    of_a_kind: int = 0
    extracts: bool = True
    ranks: Mapping[str, int] | None = None
    as_typed: bool = False
    today: date = field(default_factory=lambda: datetime.now(UTC).date())


@dataclass(frozen=True)
class Hit:
    """A result: ``kind`` is a page type, ``page``, ``need`` or ``offer``; ``anchor`` an item's.

    ``title_html`` and ``snippet_html`` have the words that answer in ``<mark>``.
    """

    path: str
    anchor: str
    title: str
    kind: str
    score: float
    snippet_html: str
    title_html: str


@dataclass(frozen=True)
class SearchResults:
    """``hits`` are a window on ``total`` results; ``suggestion`` is another question, or "".

    ``missing`` are the words typed that no visible page has, where others were answered; ``also``
    the terms that were looked for beside those that were typed, folded.

    ``damaged``: the index could not be read and is being thrown away; ask the projections again.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    suggestion: str = ""
    missing: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    damaged: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A page whose title goes on as was typed."""

    path: str
    title: str
    kind: str
