"""What the site has beside the wiki's pages: its menu, and a page for each kind and for all."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wiki.exports.site.places import PAGE, Places, address
from wiki.exports.tables import TABLES
from wiki.pages.words import fold
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.lists import iterate_rows
from wiki.translation import gettext as _
from wiki.translation import language, lazy

#: type of a page → what the list of them is called
_LABELS = {
    "project": lazy("Projects"),
    "person": lazy("People"),
    "organisation": lazy("Organisations"),
    "dossier": lazy("Dossiers"),
    "event": lazy("Events"),
    "carrefour": lazy("Carrefours"),
}
#: lines of the menu that lead to pages, where many were chosen
_LINES = 8


class Shown(NamedTuple):
    """A page as lists show it."""

    title: str
    summary: str
    type: str


class PageList(NamedTuple):
    """A page that lists others: its name in the site, and the paths of these."""

    label: str
    name: str
    paths: list[str]


def shown_pages(reader: Reader) -> dict[str, Shown]:
    """The pages that ``reader`` may read, by path."""
    rows = iterate_rows(reader, select())
    return {row.path: Shown(row.title, row.summary, row.type) for row in rows}


def page_lists(shown: Mapping[str, Shown], places: Places) -> list[PageList]:
    """A list for each kind of which there is a page, and one of all."""
    lists = []
    for type, label in _LABELS.items():
        paths = [path for path, one in shown.items() if one.type == type]
        if paths:
            lists.append(PageList(str(label), f"{places.own}/{TABLES[type]}{PAGE}", paths))
    return [*lists, PageList(_("All pages"), f"{places.own}/pages{PAGE}", list(shown))]


def menu_lines(reader: Reader, places: Places, lists: Sequence[PageList]) -> list[dict[str, str]]:
    """The lines that were chosen and lead to a page, then the lists."""
    chosen = [
        {"label": one.name(language()), "url": name}
        for one in reader.instance.look.menu
        if (name := places.name_of(one.url)) is not None
    ]
    return [*chosen[:_LINES], *({"label": one.label, "url": one.name} for one in lists)]


def by_letter(
    one: PageList, shown: Mapping[str, Shown], places: Places, up: str
) -> list[tuple[str, list[dict[str, str]]]]:
    """The pages of a list, by title, below the letter that each begins with."""
    groups: dict[str, list[dict[str, str]]] = {}
    for path in sorted(one.paths, key=lambda path: (fold(shown[path].title), path)):
        page = shown[path]
        letter = fold(page.title)[:1].upper()
        link = {
            "label": page.title,
            "url": address(places.pages[path], up),
            "summary": page.summary,
        }
        groups.setdefault(letter if letter.isalpha() else "#", []).append(link)
    return sorted(groups.items(), key=lambda group: (group[0] == "#", group[0]))
