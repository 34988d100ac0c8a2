"""Which files of other programs are pages, by their names alone."""

from collections.abc import Collection

from wiki.pages.names import FIRST_PAGES
from wiki.pages.paths import ROOT, files_of, page_of

MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mkdn")
#: texts in other markups, which pandoc reads where they are imported
MARKUPS = (
    *(".adoc", ".asc", ".asciidoc", ".creole", ".mediawiki", ".org", ".rest", ".rst", ".textile"),
    *(".pod", ".rdoc"),
)
#: names of the page that is its folder's own, the one that wins first
OWN = (ROOT, "_index", *dict.fromkeys(name.lower() for name in FIRST_PAGES))


def markdown_name(file: str) -> str:
    """The name by which ``file`` is a page: ``notes.markdown`` is ``notes.md``; "" for none."""
    stem, dot, ending = file.rpartition(".")
    return f"{stem}.md" if stem and f"{dot}{ending.lower()}" in MARKDOWN else ""


def rename_pages(files: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """The files that have to be called otherwise to be pages, with those names; and those that
    cannot, since another file has that name.

    A ``README`` becomes the page of its folder where nothing else is, at the root also ``home``.
    """
    taken, moves, doubled = set(files), dict[str, str](), list[str]()
    own: dict[str, list[str]] = {}
    for file in sorted(files):
        name = markdown_name(file)
        if not name or page_of(name) is None:
            continue
        if name != file and name in taken:
            doubled.append(file)
            continue
        if name != file:
            moves[file] = name
            taken.add(name)
        folder, _slash, last = name.rpartition("/")
        if last[:-3].lower() in OWN:
            own.setdefault(folder, []).append(file)
    for folder, ones in own.items():
        page = folder or ROOT
        if taken.isdisjoint(files_of(page)) and page_of(files_of(page)[-1]) is not None:
            first = min(ones, key=lambda one: OWN.index(_stem(one).lower()))
            moves[first] = files_of(page)[-1]
    return moves, doubled


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]
