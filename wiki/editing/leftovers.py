"""Takes out of pages the hints that they began with, when a page began as a copy of its template.

A page is filled in without hints since; what was copied before stands in public until it goes. Done
once. A line goes only where it stood in the page's first version, and in the page's template as a
hint at that moment: what is written in a template afterwards takes nothing out of anybody's text.
"""

from collections.abc import Iterator

from wiki.editing.hints import template_of
from wiki.instance import Instance
from wiki.pages.head.frontmatter import read_head
from wiki.pages.hints import has_hints, hints_of, without_hints
from wiki.pages.page import Page
from wiki.reading import Reader, system_reader
from wiki.reading.births import birth_of
from wiki.reading.lists import get_row, list_paths
from wiki.reading.pages import find_page, find_page_at
from wiki.repository.commit import Change, commit
from wiki.repository.objects import WIKI_AUTHOR

TASK = "leftovers"
_MESSAGE = "Consignes de modèle retirées"
_BATCH = 200
_AT_ONCE = 1000


def clear_leftovers(instance: Instance) -> int:
    """Takes the hints out that are left from templates, in commits of the wiki's own; how many."""
    everything = system_reader(instance, "hints of templates")
    found = [page for page in _candidates(everything) if _without(instance, page) != page.text]
    for start in range(0, len(found), _BATCH):
        _clear(instance, found[start : start + _BATCH])
    return len(found)


def _clear(instance: Instance, pages: list[Page]) -> None:
    with instance.repository.lock():
        everything = system_reader(instance, "hints of templates")
        changes: dict[str, Change] = {}
        for before in pages:
            page = find_page(everything, before.path)
            if page is not None and (text := _without(instance, page)) != page.text:
                changes[page.file] = text.encode()
        if changes:
            commit(instance.repository, everything.head, changes, WIKI_AUTHOR, _MESSAGE)


def _candidates(everything: Reader) -> Iterator[Page]:
    """Pages of a kind that templates are filled in for, with words that are written as hints are.

    The pages below a series are templates again, and keep their hints.
    """
    after = ""
    while paths := list_paths(everything, after, _AT_ONCE):
        after = paths[-1]
        for path in paths:
            page = find_page(everything, path) if template_of(everything, path) else None
            if page is not None and has_hints(read_head(page.text).body):
                row = get_row(everything, path)
                space = get_row(everything, row.space) if row and row.space else None
                if space is None or space.type != "carrefour" or space.path == path:
                    yield page


def _without(instance: Instance, page: Page) -> str:
    """The text of ``page`` without what it began with that was a hint of its template then."""
    everything = system_reader(instance, "hints of templates")
    birth = birth_of(instance, page.path)
    if birth is None:
        return page.text
    first = find_page_at(everything, birth.path, birth.commit)
    template = find_page_at(everything, template_of(everything, page.path), birth.commit)
    if first is None or template is None:
        return page.text
    body = read_head(page.text).body
    return page.text.removesuffix(body) + without_hints(body, _lines(first) & _lines(template))


def _lines(page: Page) -> frozenset[str]:
    hints = hints_of(read_head(page.text).body)
    return frozenset(line for hint in hints for line in hint.lines)
