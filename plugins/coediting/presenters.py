"""Where browsers are led to the live process: in the editor, and on the page as it is read."""

from collections.abc import Sequence

from flask import request

from wiki.api.panels import Aside, PageContext
from wiki.api.paths import action_url
from wiki.api.reading import Reader, find_page


def in_editor(path: str, reader: Reader) -> Sequence[Aside]:
    """The row of who else writes, and the script that joins them.

    Not where the form holds what was refused or is proposed: that is one person's own text.
    """
    page = find_page(reader, path)
    if request.endpoint != "edit.edit" or page is None or not _writes(reader, path):
        return []
    data = {
        "ticket": action_url("coediting/ticket", path),
        "hand": action_url("coediting/hand", path),
        "title": page.title,
    }
    return [Aside("coediting/editor.html", data, "head", 5)]


def on_page(context: PageContext) -> Sequence[Aside]:
    """Asks, once the page is there, who writes in which of its chapters; for those who may too."""
    page, reader = context.page, context.reader
    if not _writes(reader, page.path):
        return []
    data = {
        "here": action_url("coediting/here", page.path),
    }
    return [Aside("coediting/here.html", data, "foot", 95)]


def _writes(reader: Reader, path: str) -> bool:
    return (
        reader.instance.settings.live_editing
        and reader.person is not None
        and reader.may_edit(path)
    )
