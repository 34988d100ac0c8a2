"""Pages of a stage as they will be, and the files that they show."""

import re
from contextlib import closing
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.files.headers import file_headers
from wiki.files.types import by_name
from wiki.imports.inventory import Staged
from wiki.imports.runs import Run, Runs, State
from wiki.pages.page import Page
from wiki.reading import Reader
from wiki.reading.html import render_body
from wiki.translation import gettext as _

#: pages that are shown before anything is imported
PREVIEWED = 10
#: links of the text to pages, and where a picture or a link leads, on this site
_LINK = re.compile(r"\[\[(?P<path>[^\[\]|#\\]+)(?:#[^\[\]|\\]*)?(?:\\?\|(?P<words>[^\[\]]*))?\]\]")
_SHOWN = re.compile(r"(?P<start>\]\(|src=[\"'])(?P<address>/[^\s()\"'?#]+)")


def first_pages(runs: Runs, run: Run) -> list[dict[str, Any]]:
    """The first pages by title and path, each with the address of what it will look like."""
    with closing(Staged(runs.stage(run))) as staged:
        return [
            {
                "title": Page(one.path, one.file, staged.content(one).decode()).title,
                "path": one.path,
                "url": f"/-/admin/imports/{run.id}/page/{number}",
            }
            for number, one in enumerate(staged.last(PREVIEWED), 1)
        ]


def previewed(reader: Reader, runs: Runs, run: Run, number: int) -> dict[str, Any]:
    """The page of that number, from 1. Raises NotFound."""
    if run.state != State.READY or not 1 <= number <= PREVIEWED:
        raise NotFound(_("There is no such page."))
    with closing(Staged(runs.stage(run))) as staged:
        found = staged.last(1, number - 1)
        if not found:
            raise NotFound(_("There is no such page."))
        entry = found[0]
        text = staged.content(entry).decode()
        more = bool(staged.last(1, number)) and number < PREVIEWED

        def shown(match: re.Match[str]) -> str:
            if staged.find(unquote(match["address"]).removeprefix("/")) is None:
                return match[0]
            return f"{match['start']}/-/admin/imports/{run.id}/file{match['address']}"

        first = {one.path: nth for nth, one in enumerate(staged.last(PREVIEWED), 1)}

        def linked(match: re.Match[str]) -> str:
            path = match["path"].strip()
            if staged.find(path) is None:
                return match[0]
            nth = f"/page/{first[path]}" if path in first else ""
            return f"[{match['words'] or path}](/-/admin/imports/{run.id}{nth})"

        page = Page(entry.path, entry.file, _LINK.sub(linked, _SHOWN.sub(shown, text)))
    html = render_body(reader, page, editing=True).html
    return {
        "title": page.title,
        # Where its text begins with a heading, that is its title.
        "headed": not page.head.text("title") and bool(page.document.headings),
        "path": entry.path,
        "author": entry.author,
        "when": entry.when,
        "html": Markup(html),  # noqa: S704 - the gate's own output
        "more": more,
    }


def staged_file(runs: Runs, run: Run, place: str) -> Response:
    """An attachment of the stage, as one of a page is sent. Raises NotFound."""
    if run.state == State.READY:
        with closing(Staged(runs.stage(run))) as staged:
            entry = staged.find(place)
            if entry is not None and not entry.path:
                response = Response(staged.content(entry))
                response.headers.update(file_headers(place, by_name(place)))
                return response
    raise NotFound(_("There is no such file."))
