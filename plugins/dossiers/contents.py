"""What a dossier shows: the pages of its selections, those of its lists, and when they changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wiki.api.errors import WikiError
from wiki.api.pages import Page
from wiki.api.pages.blocks import Block
from wiki.api.paths import normalise, page_url
from wiki.api.reading import Reader, find_page, list_backlinks, resolve_target
from wiki.api.reading.item_rows import get_last_news
from wiki.api.reading.rows import PageRow, count_rows, find_rows, get_rows, select

from .model import MOST, Entry, entries
from .query import read_projects

PROJECT_BLOCKS = ("projets", "projects")
EDITIONS = "editions"
#: pages of which a dossier asks when they changed
LOOKED_AT = 200
_LINKING = 200
#: pages of which the text is read for who gathers a dossier
_READ = 20


@dataclass(frozen=True)
class Fresh:
    """The last news among ``count`` projects, and those without news for long, oldest first."""

    newest: date
    row: PageRow
    count: int
    silent: tuple[tuple[PageRow, date], ...]


def chosen_rows(reader: Reader, found: Iterable[Entry]) -> list[tuple[Entry, PageRow | None]]:
    """Each entry with the page that it names, None where the reader is shown none."""
    listed = list(found)
    paths = {entry.target: _path(entry.target) for entry in listed if entry.target}
    known = get_rows(reader, sorted({path for path in paths.values() if path}))
    # By a former address or by a title: asked one by one, as few are.
    led = {
        target: found_at
        for target, path in paths.items()
        if path not in known and (found_at := resolve_target(reader, target)) is not None
    }
    more = get_rows(reader, sorted(set(led.values())))
    return [
        (entry, known.get(paths.get(entry.target, "")) or more.get(led.get(entry.target, "")))
        for entry in listed
    ]


def chosen_paths(reader: Reader, page: Page) -> list[str]:
    """The pages of all selections of ``page``, of the lines that are shown; each once.

    As far as the reader sees them.
    """
    rows = (row for _entry, row in chosen_rows(reader, entries(page.document.blocks)[:MOST]))
    return list(dict.fromkeys(row.path for row in rows if row is not None))


def stays_hidden(reader: Reader, path: str, row: PageRow) -> bool:
    """Whether some who may read the page at ``path`` may not read ``row``."""
    return row.group not in ("public", reader.access(path).group)


def projects_of(reader: Reader, page: Page, limit: int = LOOKED_AT) -> list[PageRow]:
    """The projects that ``page`` shows, chosen or by its lists, at most ``limit``."""
    found = get_rows(reader, chosen_paths(reader, page)[:limit])
    for block in page.document.blocks:
        if len(found) >= limit or block.name not in PROJECT_BLOCKS:
            continue
        found |= {row.path: row for row in listed(reader, block)}
    return [row for row in found.values() if row.type == "project"][:limit]


def listed(reader: Reader, block: Block) -> Sequence[PageRow]:
    """The projects of a list block."""
    asked = read_projects(reader, block.args)
    return () if asked.nothing else find_rows(reader, asked.selection, "updated", asked.limit).rows


def freshness(reader: Reader, rows: Sequence[PageRow]) -> Fresh | None:
    """When there was news of anything that is shown; None where there never was."""
    told = get_last_news(reader, [row.path for row in rows])
    days = [(row, told[row.path]) for row in rows if row.path in told]
    if not days:
        return None
    row, newest = max(days, key=lambda pair: pair[1])
    months = reader.instance.settings.sleeping_months
    quiet = [(one, day) for one, day in days if (reader.today - day).days > months * 365 // 12]
    return Fresh(newest, row, len(rows), tuple(sorted(quiet, key=lambda pair: pair[1])))


def dossiers_of(reader: Reader, path: str) -> list[PageRow]:
    """The dossiers with a page that leads to ``path``, but for their editions; by title."""
    names = list_backlinks(reader, path, limit=_LINKING)
    rows = get_rows(reader, [one.path for one in names if f"/{EDITIONS}/" not in one.path])
    spaces = get_rows(reader, sorted({row.space or row.path for row in rows.values()} - {path}))
    dossiers = [row for row in spaces.values() if row.type == "dossier"]
    return sorted(dossiers, key=lambda row: row.title.casefold())


def listing(reader: Reader, row: PageRow) -> list[PageRow]:
    """The dossiers on a theme of the project ``row`` whose lists ask for it; by title.

    A list may show fewer than it asks for: which ones changes by the day.
    """
    themes = row.facts.get("theme", ())
    if row.type != "project" or not themes:
        return []
    on_them = select(types=("dossier",), values={"theme": themes})
    found = []
    for dossier in find_rows(reader, on_them, "title", _READ).rows:
        page = find_page(reader, dossier.path)
        if page is not None and any(_asks(reader, one, row.path) for one in page.document.blocks):
            found.append(dossier)
    return found


def _asks(reader: Reader, block: Block, path: str) -> bool:
    if block.name not in PROJECT_BLOCKS:
        return False
    asked = read_projects(reader, block.args)
    return not asked.nothing and count_rows(reader, replace(asked.selection, only=path)) > 0


def keeping(reader: Reader, row: PageRow) -> list[PageRow]:
    """The editions that name ``row`` and that some may read who may not read it; by path."""
    if row.group == "public":
        return []
    names = [one.path for one in list_backlinks(reader, row.path, limit=_LINKING)]
    rows = get_rows(reader, [path for path in names if f"/{EDITIONS}/" in path]).values()
    return sorted((one for one in rows if one.group != row.group), key=lambda one: one.path)


def gathering(reader: Reader, path: str) -> list[PageRow]:
    """The pages but for dossiers and projects that show ``path`` in a selection; by title.

    Where a page is only spoken of, it is not gathered: the texts are read for that.
    """
    names = [one.path for one in list_backlinks(reader, path, limit=_LINKING)]
    rows = [
        row for row in get_rows(reader, names).values() if row.type not in ("dossier", "project")
    ]
    found = []
    for row in rows[:_READ]:
        page = None if f"/{EDITIONS}/" in row.path else find_page(reader, row.path)
        if page is not None and path in chosen_paths(reader, page):
            found.append(row)
    return sorted(found, key=lambda row: row.title.casefold())


def link(row: PageRow) -> dict[str, str]:
    """A page as a Link."""
    return {"label": row.title, "url": page_url(row.path)}


def _path(target: str) -> str:
    try:
        return normalise(target)
    except WikiError:
        return ""
