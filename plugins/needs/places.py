"""Where a need or an offer is written: the right page of the space, among those one may edit."""

from collections.abc import Sequence

from wiki.api.errors import BadField
from wiki.api.pages.editing import story_page
from wiki.api.reading import Reader, get_page, resolve_target
from wiki.api.reading.item_rows import find_items, select_items
from wiki.api.reading.rows import PageRow, get_row, list_own_spaces, list_space_pages
from wiki.api.translation import gettext

from .model import NEED, Kind, defining

#: pages of a space that are looked through
_LOOKED_AT = 100


def may_say(reader: Reader, path: str) -> bool:
    """Whether the person may write on the page ``path``: at once or, newly come, as a proposal."""
    return reader.may_edit(path) or (reader.person is not None and reader.may_add(path))


def page_for(reader: Reader, path: str, kind: Kind) -> str:
    """The page to write an item of ``kind`` on, said at ``path``.

    That page itself where it has such a block or stands outside any space, else the one of its
    space that is called after them or has some, else the one it was said at.
    """
    page = get_page(reader, path)
    if any(its is kind for _block, its in defining(page.document.blocks)):
        return path
    return _within(reader, path, kind.blocks) or path


def story_space(reader: Reader, path: str) -> str | None:
    """The project, or such, that ``path`` belongs to, if the reader may write in its story."""
    row = get_row(reader, path)
    space = get_row(reader, row.space) if row and row.space else None
    if space is None or space.type not in ("project", "dossier", "organisation"):
        return None
    return space.path if reader.may_edit(story_page(reader, space.path)) else None


def own_page(reader: Reader) -> str:
    """The person's own page; "" where they have none."""
    own = get_row(reader, reader.person.page) if reader.person and reader.person.page else None
    return own.path if own is not None else ""


def choices(reader: Reader, kind: Kind) -> list[PageRow]:
    """The pages of one's own that an item may be said for."""
    own = get_row(reader, reader.person.page) if reader.person and reader.person.page else None
    mine = [one for one in list_own_spaces(reader) if reader.may_edit(one.path)]
    if kind is NEED:
        return mine
    return [*([own] if own else []), *mine]


def page_named(reader: Reader, name: str) -> str | None:
    """The page that someone named in a form, by its path or title; None where they named none.

    Raises BadField where there is no such page for them.
    """
    name = name.strip()
    if not name:
        return None
    path = resolve_target(reader, name)
    if path is None or get_row(reader, path) is None:
        words = gettext("There is no page “{value}” here.").format(value=name[:80])
        raise BadField("who", words)
    return path


def _within(reader: Reader, path: str, blocks: Sequence[str]) -> str | None:
    """The page of the space of ``path`` that is called after ``blocks``, or has items of theirs."""
    row = get_row(reader, path)
    if row is None or not row.space:
        return None
    names = [one.path for one in list_space_pages(reader, row.space, limit=_LOOKED_AT)]
    held = find_items(reader, select_items(blocks, subject=row.space), "page", _LOOKED_AT).rows
    found = [name for name in names if name.rpartition("/")[2] in blocks]
    found += [one.path for one in held]
    return next((name for name in found if may_say(reader, name)), None)
