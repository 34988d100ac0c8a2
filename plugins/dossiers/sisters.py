"""Below a dossier: what sister Carrefours have on its themes, beside what its team has chosen."""

from collections.abc import Sequence

from wiki.api.pages import Page
from wiki.api.panels import Aside
from wiki.api.reading import Reader
from wiki.api.reading.rows import find_rows, get_row, select
from wiki.api.sisters import list_beside

#: pages of sisters that a dossier shows; how many there are in all is said
_SHOWN = 5
_TYPES = ("project", "dossier")


def at_sisters(page: Page, reader: Reader) -> Sequence[Aside]:
    """Their projects and dossiers on one of the themes, the newest first."""
    row = get_row(reader, page.path)
    themes = row.facts.get("theme", ()) if row else ()
    if not themes:
        return []
    on_them = select(types=_TYPES, values={"theme": themes})
    found = list_beside(reader, lambda theirs: find_rows(theirs, on_them, "updated", _SHOWN))
    return [Aside("dossiers/_at_sisters.html", {"found": found}, "foot", 60)] if found else []
