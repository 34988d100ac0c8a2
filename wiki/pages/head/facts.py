"""Facts: what a page says of its space under a key, perhaps from a date on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fact:
    """``key`` is ``value``, from the ISO date ``since`` on, or always where it is None.

    Among facts of one key and one date, the one of highest ``order`` holds.
    """

    key: str
    value: str
    since: str | None = None
    order: int = 0


@dataclass(frozen=True)
class FactKey:
    """A key under which pages keep facts, so that lists, boards and facets can ask for it.

    ``names`` are the words that queries may use for it, ``values`` the known values in their order
    (none: any text), ``label`` and ``words`` what readers see, translated when shown. ``aliases``
    are folded words that writers may use for a value. With ``facet``, searches count by it.
    ``pages``: for a value the pages that say what its word means, the first that there is counts,
    those in the reader's language before others.
    """

    key: str
    label: Any
    names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    words: Mapping[str, Any] | None = None
    facet: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
