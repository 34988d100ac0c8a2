"""A project as those who said no to it read it: in the words of when its team was told."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from wiki.api.pages import ALL, Page
from wiki.api.plugin import Instance
from wiki.api.reading import find_page_at, system_reader
from wiki.api.reading.rows import PageRow

from .letters import Decision
from .models import ApplicationRow

#: changes of a page that are looked at, the newest first
_LOOKED_AT = 500


def is_closed_again(row: ApplicationRow, decision: Decision | None) -> bool:
    """Whether the team was told, and agreed to nothing: nobody else reads its space any more."""
    return decision is not None and decision.told and row.agreed is None


def as_told(
    instance: Instance,
    row: ApplicationRow,
    page: PageRow | None,
    decision: Decision | None,
    seen: Collection[str],
) -> PageRow | None:
    """``page`` for who organises: of a project refused that they may not read (``seen``), its words
    of when that was told. What its team has written since is its own."""
    told = decision.row.told if decision is not None else None
    if page is None or told is None or page.path in seen or not is_closed_again(row, decision):
        return page
    then = _version(instance, page.path, told)
    facts = then.facts if then is not None else {}
    return replace(
        page,
        title=then.title if then is not None else page.path,
        summary=then.summary if then is not None else "",
        facts={
            **page.facts,
            "theme": tuple(facts.get("themes", ())),
            "territory": tuple(facts.get("territory", ())),
        },
    )


def _version(instance: Instance, path: str, moment: datetime) -> Page | None:
    """The page as it was at ``moment``; None where that cannot be told."""
    reader = system_reader(instance, "applications")
    changes = reader.changes.history(path, frozenset({ALL}), limit=_LOOKED_AT)
    for one in changes:
        if one.when <= moment:
            return find_page_at(reader, one.path, one.commit)
    return None
