"""Around pages: a dossier's freshness and editions, an edition's banner, a project's dossiers."""

from collections.abc import Sequence

from wiki.api.pages import Page
from wiki.api.panels import Aside, PageContext, PageTool
from wiki.api.paths import action_url, page_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader, get_title, page_exists
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext

from .contents import (
    EDITIONS,
    dossiers_of,
    freshness,
    gathering,
    keeping,
    link,
    listing,
    projects_of,
)
from .editions import edition_day, editions
from .model import selections
from .sisters import at_sisters

_SILENT = 5
_FED = 12
_EDITED = 6
#: kinds of page that gather dossiers, as a programme does
_GATHERING = ("organisation", "carrefour")


@hookimpl
def page_asides(context: PageContext) -> Sequence[Aside]:
    """What stands around ``page``; kept for all with the same rights."""
    page, reader = context.page, context.reader
    if (day := edition_day(page)) is not None:
        living = page.path.partition(f"/{EDITIONS}/")[0]
        data = {"day": day, "title": get_title(reader, living), "url": page_url(living)}
        # Where the living one is gone, or shown to others, the edition still says what it is.
        data["there"] = page_exists(reader, living)
        # The banner says the day, and the last lines how it is cited.
        return [Aside("dossiers/_edition.html", data, "head", 1, keys=("edition", "version"))]
    if page.type == "dossier":
        return [
            *_fresh(page, reader),
            *_gathered(page, reader),
            *_fed(page, reader),
            *at_sisters(page, reader),
        ]
    fed = _fed(page, reader) if page.type in ("project", *_GATHERING) else []
    if page.type in _GATHERING and next(selections(page.document.blocks), None) is not None:
        return [*fed, *at_sisters(page, reader)]
    return fed


@hookimpl
def page_tools(context: PageContext) -> Sequence[PageTool]:
    """Arranging and freezing, in the menu of a page that may have a selection, for its writers."""
    page, reader = context.page, context.reader
    has = next(selections(page.document.blocks), None) is not None
    gathers = page.type in _GATHERING
    if edition_day(page) or not (has or gathers or page.type == "dossier"):
        return []
    if not reader.may_edit(page.path):
        return []
    words = gettext("Gather dossiers") if gathers and not has else gettext("Arrange the selection")
    arrange = PageTool(words, action_url("dossiers/selection", page.path), "list", 5)
    freeze = action_url("dossiers/freeze", page.path)
    if not (has or page.type == "dossier"):
        return [arrange]
    return [arrange, PageTool(gettext("Make a dated edition"), freeze, "book-open", 6)]


def _fresh(page: Page, reader: Reader) -> Sequence[Aside]:
    fresh = freshness(reader, projects_of(reader, page))
    old = editions(reader, page.path)
    if fresh is None and not old:
        return []
    data = {
        "count": fresh.count if fresh else 0,
        "newest": fresh.newest if fresh else None,
        "last": link(fresh.row) if fresh else None,
        "silent": [{**link(row), "since": news} for row, news in fresh.silent[:_SILENT]]
        if fresh
        else [],
        "silent_count": len(fresh.silent) if fresh else 0,
        "editions": [link(row) for row in old[:_EDITED]],
        "all_editions": action_url("dossiers/freeze", page.path)
        if len(old) > _EDITED and reader.may_edit(page.path)
        else "",
    }
    return [Aside("dossiers/_fresh.html", data, order=20)]


def _gathered(page: Page, reader: Reader) -> Sequence[Aside]:
    """The programmes of a dossier: pages of another kind whose selections show it."""
    programmes = gathering(reader, page.path)
    if not programmes:
        return []
    data = {"programmes": [link(row) for row in programmes]}
    return [Aside("dossiers/_gathered.html", data, order=25)]


def _fed(page: Page, reader: Reader) -> Sequence[Aside]:
    """The dossiers that the page feeds: those that chose it, then those whose lists ask for it."""
    row = get_row(reader, page.path)
    rows = dossiers_of(reader, page.path)
    chosen = {one.path for one in rows}
    lists = [one for one in listing(reader, row) if one.path not in chosen] if row else []
    asides = []
    if rows or lists:
        data = {
            "dossiers": [link(one) for one in rows[:_FED]],
            "lists": [link(one) for one in lists[:_FED]],
            "total": len(rows) + len(lists),
        }
        asides.append(Aside("dossiers/_fed.html", data, order=30))
    if row and (kept := keeping(reader, row)):
        asides.append(Aside("dossiers/_kept.html", {"editions": list(map(link, kept))}, "head", 9))
    return asides
