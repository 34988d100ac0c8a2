"""The map of a booklet: where its projects are, as a picture and as a list of them by region."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from wiki.api.pages import Page
from wiki.api.pages.books import BookPart
from wiki.api.paths import page_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, get_rows
from wiki.api.translation import gettext, ngettext

from .counts import EVERYWHERE, Place, Spread
from .gazetteer import REGIONS, regions_of
from .presenters import picture, title_of
from .query import Asked
from .svg import SOURCE

#: the picture, in the chapter
_MAP = "map"


def map_of(pages: Sequence[Page], reader: Reader) -> list[BookPart]:
    """A chapter that says where the projects among ``pages`` are; none where no region is said."""
    rows = get_rows(reader, [page.path for page in pages])
    projects = [rows[page.path] for page in pages if page.path in rows]
    places = _by_place(one for one in projects if one.type == "project")
    spread = Spread(
        tuple(
            Place(region, (), len(places.get(region.name, ())))
            for region in REGIONS  # those with nothing too: they are on the map
        )
    )
    if not spread.told:
        return []
    html = _figure() + _list(places)
    svg = str(picture(spread, Asked(), linked=False))
    return [BookPart(gettext("Where the projects are"), html, {_MAP: svg})]


def _by_place(rows: Iterable[PageRow]) -> Mapping[str, Sequence[PageRow]]:
    """Region, or what is said in its place, → the projects there: regions first, "" for none."""
    found: dict[str, list[PageRow]] = {region.name: [] for region in REGIONS}
    names = {region.code: region.name for region in REGIONS}
    everywhere: list[PageRow] = []
    unsaid: list[PageRow] = []
    others: dict[str, list[PageRow]] = {}
    for row in rows:
        said = row.facts.get("territory", ())
        codes = dict.fromkeys(code for one in said for code in regions_of(one))
        for code in codes:
            found[names[code]].append(row)
        if any(slug(one) in EVERYWHERE for one in said):
            everywhere.append(row)
        elif not codes and said:
            others.setdefault(said[0], []).append(row)
        elif not codes:
            unsaid.append(row)
    words = gettext("All of France, or at a distance")
    return {**found, words: everywhere, **others, "": unsaid}


def _figure() -> str:
    title = title_of(Asked())
    words = gettext("{title}, as a map; the list below says the same.").format(title=title)
    outlines = gettext("Outlines:")
    return (
        f'<figure><img src="{_MAP}" alt="{escape(words)}">'
        f"<figcaption>{escape(title)} · {escape(outlines)} {escape(SOURCE)}</figcaption></figure>"
    )


def _list(places: Mapping[str, Sequence[PageRow]]) -> str:
    lines = [
        f"<dt>{escape(name)}</dt><dd>{', '.join(map(_link, rows))}</dd>"
        for name, rows in places.items()
        if rows and name
    ]
    if unsaid := len(places[""]):
        count = ngettext("{count} project", "{count} projects", unsaid).format(count=unsaid)
        lines.append(f"<dt>{escape(gettext('No place said'))}</dt><dd>{escape(count)}</dd>")
    return f"<dl>{''.join(lines)}</dl>"


def _link(row: PageRow) -> str:
    return f'<a href="{escape(page_url(row.path))}">{escape(row.title)}</a>'
