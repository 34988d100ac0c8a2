"""The panel “What became of it” above the text of a space's first page."""

from collections.abc import Sequence
from datetime import date

from wiki.api import Aside, Page, Reader, page_url, select_items

from .model import BLOCK_NAMES, STATE_WORDS, split_state

SHOWN = 4
_TYPES = ("project", "dossier", "organisation")


def space_panel(page: Page, reader: Reader) -> Sequence[Aside]:
    """The newest steps of the space, unless the page shows its whole story itself."""
    if page.type not in _TYPES or any(block.name in BLOCK_NAMES for block in page.document.blocks):
        return []
    chosen = select_items(BLOCK_NAMES, subject=page.path, until=reader.today.isoformat())
    found = reader.items(chosen, sort="date", limit=SHOWN)
    if not found.rows and page.type != "project":
        return []
    steps = []
    for row in found.rows:
        state, text = split_state(row.text)
        steps.append(
            {
                "date": date.fromisoformat(row.date or ""),
                "state": str(STATE_WORDS[state]) if state else "",
                "html": reader.inline(text, row.path),
            }
        )
    url = page_url(found.rows[0].path) if found.rows else ""
    more = found.total > len(steps)
    return [Aside("status/_now.html", {"steps": steps, "url": url if more else ""}, "head", 20)]
