"""What every hook around a page is told of it."""

from wiki.hookspecs.pages import PageContext
from wiki.pages.page import Page
from wiki.reading import Reader
from wiki.reading.lists import get_row


def context_of(reader: Reader, page: Page, *, may_edit: bool) -> PageContext:
    """``page`` as ``reader`` is shown it; ``may_edit`` is False for an old version."""
    row = get_row(reader, page.path)
    space = get_row(reader, row.space) if row is not None and row.space else None
    may_propose = not may_edit and reader.may_propose(page.path)
    return PageContext(page, row, space, may_edit, may_propose, reader)
