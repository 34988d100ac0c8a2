"""Which pages a page shows: those that its lists and selections lead to, in their order.

Nothing is asked of the plugins that draw these blocks: a list is drawn as the reader sees it, and
read; of a selection, whose lines the author wrote, the links are read.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote

from wiki.api.pages import Page
from wiki.api.pages.blocks import Block
from wiki.api.reading import Reader, find_page, resolve_target
from wiki.api.reading.html import render_named_block
from wiki.api.reading.rows import get_rows

#: blocks that gather spaces, by their folded names
_LISTS = frozenset({"projets", "projects", "selection", "dossiers"})
#: what becomes a chapter
_TYPES = ("project", "dossier")
_LINK = re.compile(r'href="/([^"#?]+)"')


def shown_by(reader: Reader, page: Page) -> list[str]:
    """The projects, and what is in its dossiers, that ``page`` shows; itself in no case."""
    found: dict[str, None] = {}
    for path, kind in _gathered(reader, page):
        found.setdefault(path)
        if kind == "dossier" and page.type != "dossier":
            inside = find_page(reader, path)
            pairs = _gathered(reader, inside) if inside is not None else ()
            found |= {one: None for one, _kind in pairs if one not in found}
    found.pop(page.path, None)
    return list(found)


def _gathered(reader: Reader, page: Page) -> list[tuple[str, str]]:
    paths = list(dict.fromkeys(_leading(reader, page, _lists(page))))
    if not paths and page.type == "dossier":
        # Nothing is listed: those of which its text speaks.
        paths = list(dict.fromkeys(_written(reader, page, 0, len(page.text))))
    rows = get_rows(reader, paths)
    return [(path, rows[path].type) for path in paths if path in rows and rows[path].type in _TYPES]


def has_lists(page: Page) -> bool:
    """Whether there is something to gather."""
    return any(True for _one in _lists(page))


def _lists(page: Page) -> Iterator[Block]:
    return (block for block in page.document.blocks if block.name in _LISTS)


def _leading(reader: Reader, page: Page, blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.name == "selection":
            yield from _written(reader, page, block.line, block.end_line)
            continue
        html = str(render_named_block(reader, block.written, block.args, page.path))
        yield from (unquote(unescape(address)) for address in _LINK.findall(html))


def _written(reader: Reader, page: Page, begin: int, end: int) -> Iterator[str]:
    """The pages that the lines from ``begin`` to ``end`` link to."""
    for link in page.document.links:
        if not begin <= link.line < end:
            continue
        if link.kind == "wiki":
            path = resolve_target(reader, link.target)
        else:
            path = link.target.strip("/") if link.target.startswith("/") else None
        if path:
            yield path
