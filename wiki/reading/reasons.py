"""Why a page is read and edited by whom it is: which page says so, of those at and above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from wiki.pages.access import TEAM_TYPES, Access, below
from wiki.pages.head.frontmatter import Head
from wiki.pages.problems import Problem
from wiki.projections.pagespan import levels, type_of
from wiki.reading.reader import Reader


@dataclass(frozen=True)
class Reasons:
    """An access and where it comes from; paths are those of pages at or above.

    ``readers_from`` and ``editors_from`` are None where no page says anything. ``by_type``: the
    kind of that page decides who edits, without its saying so. ``problems`` are those that made
    access stricter, with their pages; ``broken`` are pages whose head cannot be read at all.
    """

    access: Access
    readers_from: str | None
    editors_from: str | None
    by_type: bool
    problems: tuple[tuple[str, Problem], ...]
    broken: tuple[str, ...]


def reasons(reader: Reader, path: str) -> Reasons:
    """The reasons for the page at ``path``, whoever may see the pages that they name."""
    at = levels(reader.instance.repository, reader.commit)
    own = at.head(path)
    return read_reasons([*at.above(path), *([(path, own)] if own is not None else [])])


def read_reasons(heads: Sequence[tuple[str, Head]]) -> Reasons:
    """As ``reasons``; ``heads`` are those from the root down to the page."""
    found = Access()
    readers_from = editors_from = None
    by_type = False
    problems: list[tuple[str, Problem]] = []
    broken: list[str] = []
    for name, head in heads:
        now = below(found, name, head)
        if now.group != found.group:
            readers_from = name
        if head.broken:
            broken.append(name)
        if head.broken or head.get("editors") is not None or "editors" in head.doubtful:
            editors_from, by_type = name, False
        elif type_of(head) in TEAM_TYPES:
            editors_from, by_type = name, True
        problems += [(name, problem) for problem in now.problems]
        found = now
    return Reasons(found, readers_from, editors_from, by_type, tuple(problems), tuple(broken))
