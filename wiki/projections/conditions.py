"""Pieces of SQL that questions to the rows share: who sees a row, which paths lie below one."""

from collections.abc import Collection
from functools import lru_cache

from wiki.pages.access import ALL, shown_groups


def visible_condition(
    audience: Collection[str],
    alias: str = "",
    *,
    group: str = "group_",
    path: str | None = "path",
    filters: bool = False,
) -> tuple[str, list[str]]:
    """What a row must satisfy to be seen by ``audience``, as SQL and its parameters.

    ``alias`` is the table's in the query. A row is seen where its group is in the audience, or
    ``guest:<its path>``; ``path=None`` leaves the guests out (rows made from several pages).
    ``filters``: rows are found by their paths; SQLite would rather walk all that is public.
    """
    if ALL in audience:
        return "1", []
    prefix = f"{alias}." if alias else ""
    groups, guest = _groups_and_pages(frozenset(audience))
    condition = f"{'+' if filters else ''}{prefix}{group} in ({marks(groups)})"
    if not guest or path is None:
        return condition, list(groups)
    return f"({condition} or {prefix}{path} in ({marks(guest)}))", [*groups, *guest]


@lru_cache(maxsize=256)
def _groups_and_pages(audience: frozenset[str]) -> tuple[list[str], list[str]]:
    """The groups that are shown to ``audience``, and the pages that they are guests of."""
    guest = (name.removeprefix("guest:") for name in audience if name.startswith("guest:"))
    return sorted(shown_groups(audience)), sorted(guest)


def marks(values: Collection[object]) -> str:
    """``?,?,?`` for so many parameters."""
    return ",".join("?" * len(values))


def replace_surrogates(text: str) -> str:
    """``text`` as SQLite can hold it: lone surrogates, which hostile bytes become, replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def below(path: str) -> tuple[str, str]:
    """The bounds ``>=`` and ``<`` of the paths below ``path``: an index range, never a walk."""
    return ("", "\U0010ffff") if path == "index" else (f"{path}/", f"{path}0")
