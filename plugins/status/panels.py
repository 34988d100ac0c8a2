"""What stands on a space's first page: “What became of it”, and for its team that news is due."""

from collections.abc import Sequence
from datetime import date, timedelta

from wiki.api import Aside, NextStep, Page, Reader, action_url, page_url, select_items
from wiki.api import gettext as _

from .model import BLOCK_NAMES, STATE_WORDS, split_state

SHOWN = 4
#: after so long a silence, news is asked for
QUIET = timedelta(days=90)
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


def tell_news(page: Page, reader: Reader) -> Sequence[NextStep]:
    """An invitation to tell the first step, or what has happened since the last one."""
    chosen = select_items(BLOCK_NAMES, subject=page.path, until=reader.today.isoformat())
    newest = reader.items(chosen, sort="date", limit=1).rows
    if not newest:
        names = [row.path for row in reader.pages_of(page.path, limit=20)]
        place = next((one for one in names if one.rpartition("/")[2] in BLOCK_NAMES), page.path)
        return [NextStep(_("Tell its first step"), action_url("edit", place), "history", 20)]
    if reader.today - date.fromisoformat(newest[0].date or "") < QUIET:
        return []
    url = action_url("edit", newest[0].path)
    return [NextStep(_("Tell what has become of it lately"), url, "history", 20)]
