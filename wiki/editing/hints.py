"""Hints for who writes a page: what the template of such a page says of its chapters."""

from wiki.editing.templates import PLACES
from wiki.pages.head.frontmatter import read_head
from wiki.pages.hints import Hint, hints_of
from wiki.pages.paths import parent
from wiki.projections.catalogue import PageRow
from wiki.reading import Reader
from wiki.reading.lists import get_row
from wiki.reading.pages import iterate_subtree

#: the folder of all templates
_TEMPLATES = parent(PLACES["project"][1]) or ""


def hints_for(reader: Reader, path: str) -> list[Hint]:
    """The hints of every chapter that the page's template knows, one a chapter.

    A template of several pages is one: where a chapter stands in a space is its team's to choose.
    """
    own = template_of(reader, path)
    if not own:
        return []
    pages = {page.path: page for page in iterate_subtree(reader, _root_of(own))}
    found: dict[str, Hint] = {}
    for page in sorted(pages.values(), key=lambda page: page.path != own):
        for hint in hints_of(read_head(page.text).body):
            # Before the first heading every page has something else to say.
            if hint.heading or page.path == own:
                found.setdefault(hint.chapter, hint)
    return list(found.values())


def template_of(reader: Reader, path: str) -> str:
    """The template that a page such as the one at ``path`` begins with; "" for none."""
    if path.split("/")[0] == _TEMPLATES:
        return ""
    row = get_row(reader, path)
    space = get_row(reader, row.space) if row and row.space else None
    if space is None or space.type not in PLACES or not (row and (row.type or _is_project(space))):
        return ""
    return PLACES[space.type][1] + path.removeprefix(space.path)


def _root_of(template: str) -> str:
    """The first page of the template that ``template`` is one of."""
    roots = (root for _folder, root in PLACES.values())
    return next(root for root in roots if template == root or template.startswith(f"{root}/"))


def _is_project(space: PageRow) -> bool:
    return space.type == "project"
