"""A page as git alone tells it, where nobody answers for what is worked out from git."""

from werkzeug.wrappers import Response

from wiki.cache.topics import OUTDATED, note
from wiki.pages.page import Page
from wiki.reading import Reader
from wiki.reading.html import render_alone
from wiki.reading.page_text import text_of
from wiki.web.support import render_bare


def alone_page(reader: Reader, page: Page) -> Response:
    """Its text, without menus and lists; the notice of ``base.html`` says that they are missing."""
    note((OUTDATED,))
    return render_bare("pages/alone.html", page=page, **text_of(page, render_alone(reader, page)))
