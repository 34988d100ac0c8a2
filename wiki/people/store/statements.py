"""Which tables a statement of SQL reads and writes, told by its words.

A word too many costs a kept answer, never its truth: so the text is looked at, not its grammar.
"""

import re
from functools import lru_cache

from wiki.people.models.tables import Base

#: a name, but not of a column of a table that is named
_NAME = re.compile(r'(?<![.\w])"?(\w+)')
_TARGET = re.compile(
    r'\s*(?:insert(?:\s+or\s+\w+)?\s+into|replace\s+into|update|(delete)\s+from)\s+"?(\w+)',
    re.IGNORECASE,
)
#: words that statements begin with which change no row
_HARMLESS = frozenset({"select", "pragma", "begin", "commit", "rollback", "savepoint", "release"})


def tables_of(statement: str) -> tuple[frozenset[str], frozenset[str]]:
    """The topics of the tables that ``statement`` reads, and of those whose rows it may change.

    Those with rows that the database changes by itself with these are among them.
    """
    return _tables(statement, len(Base.metadata.tables))


@lru_cache(maxsize=4096)
def _tables(statement: str, _known: int) -> tuple[frozenset[str], frozenset[str]]:
    """As ``tables_of``; ``_known`` tables, for plugins may bring more."""
    words = _NAME.findall(statement)
    names = Base.metadata.tables.keys() & words
    if not words or words[0].lower() in _HARMLESS:
        return _topics(names), frozenset()
    if (found := _TARGET.match(statement)) is None:
        # One that begins with WITH, or makes a table.
        return _topics(names), _topics(_with_cascades(names))
    changed = {found[2]}
    return _topics(names), _topics(_with_cascades(changed) if found[1] else changed)


def _with_cascades(names: set[str]) -> set[str]:
    """``names``, and the tables whose rows the database deletes or changes with theirs."""
    found, new = set(names), set(names)
    while new:
        new = {
            table.name
            for table in Base.metadata.tables.values()
            for key in table.foreign_keys
            if key.ondelete and key.column.table.name in new
        } - found
        found |= new
    return found


def _topics(names: set[str]) -> frozenset[str]:
    return frozenset(f"rows:{name}" for name in names)
