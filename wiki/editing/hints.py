"""Hints for who writes a page: what the templates of the wiki say of its chapters."""

from collections.abc import Iterator

from wiki.editing.templates import PLACES
from wiki.pages.frontmatter import read_head
from wiki.pages.hints import Hint, has_hints, hints_of, without_hints
from wiki.pages.page import Page
from wiki.pages.paths import parent
from wiki.reading import Reader

#: the folder of all templates
_TEMPLATES = parent(PLACES["project"][1]) or ""


def hints_for(reader: Reader, path: str) -> list[Hint]:
    """The hints of every chapter that templates know, one a chapter, for the page at ``path``.

    Those of the template that such a page begins with come before those of others.
    """
    if not _is_filled(reader, path):
        return []
    own = _template_of(reader, path)
    found: dict[str, Hint] = {}
    for page in sorted(_templates(reader), key=lambda page: page.path != own):
        for hint in hints_of(read_head(page.text).body):
            # Before the first heading every page has something else to say.
            if hint.heading or page.path == own:
                found.setdefault(hint.chapter, hint)
    return list(found.values())


def without_leftovers(reader: Reader, page: Page) -> str:
    """The text of ``page`` without lines that are its own template's hints, word for word.

    What other templates say takes nothing away: any page below their folder is one.
    """
    body = read_head(page.text).body
    name = _template_of(reader, page.path, page.type)
    if not name or not has_hints(body) or (template := reader.page_here(name)) is None:
        return page.text
    hints = hints_of(read_head(template.text).body)
    known = {line for hint in hints for line in hint.lines}
    return page.text.removesuffix(body) + without_hints(body, known)


def _templates(reader: Reader) -> Iterator[Page]:
    return reader.template_pages(_TEMPLATES)


def _is_filled(reader: Reader, path: str) -> bool:
    """Whether the page is of a kind that templates are filled in for, not a template itself."""
    row = reader.row(path)
    if path.split("/")[0] == _TEMPLATES:
        return False
    space = reader.row(row.space) if row and row.space else None
    return bool(row and row.type) or bool(space and space.type == "project")


def _template_of(reader: Reader, path: str, kind: str = "") -> str:
    """The template that such a page begins with, a new one by its ``kind``; "" for none."""
    if path.split("/")[0] == _TEMPLATES:
        return ""
    row = reader.row(path)
    space = reader.row(row.space) if row and row.space else None
    if space is not None and space.type in PLACES:
        return PLACES[space.type][1] + path.removeprefix(space.path)
    return PLACES[kind][1] if kind and kind in PLACES else ""
