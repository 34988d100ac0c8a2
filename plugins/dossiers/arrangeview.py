"""The form of a selection as it is shown: its lines, what was found, and what is proposed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Response

from wiki.api.pages import Page
from wiki.api.paths import action_url, page_url, slug
from wiki.api.reading import Reader, get_page, get_title, page_exists
from wiki.api.reading.html import get_fact_words
from wiki.api.reading.rows import PageRow, get_rows
from wiki.api.translation import gettext
from wiki.api.web import TYPE_WORDS, render_page, wants_fragment
from wiki.api.web.listings import rank_pages

from .arrangement import Clash, keyed
from .candidates import proposals
from .contents import chosen_rows, stays_hidden
from .forms import Sent
from .model import entries

_FOUND = 10
#: sections with buttons that lead back to them
PLACES = ("add", "proposals")
_KINDS = ("project", "dossier", "event", "organisation", "carrefour", "person")


@dataclass(frozen=True)
class Told:
    """What the form has to say: ``errors`` by line, the page that it asks about before adding it.

    ``notice`` is about the whole; ``lost`` are words of lines that are not there any more.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    ask: PageRow | None = None
    notice: str = ""
    lost: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, clash: Clash, reader: Reader, path: str, sent: Sent) -> "Told":
        """What is told of a clash: whose words stand there now, and which of one's own went."""
        now = keyed(entries(get_page(reader.renewed(), path).document.blocks))
        theirs = gettext("Someone else has written meanwhile: “{words}”. Yours are here still.")
        return cls(
            errors={key: theirs.format(words=now[key].words) for key in clash.keys if key in now},
            notice=gettext(
                "Someone else has arranged this selection meanwhile. Nothing of yours is written "
                "yet: look it over, and keep it again."
            ),
            lost=tuple(
                (get_title(reader, key), sent.words.get(key, "")) for key in clash.keys - now.keys()
            ),
        )


def form(
    reader: Reader,
    page: Page,
    sent: Sent | None = None,
    told: Told | None = None,
    status: int = 200,
    *,
    query: str = "",
    proposed: bool = False,
    at: str = "",
) -> Response:
    """The page of the form; with what was ``sent`` where that is not written yet.

    ``proposed``: with what fits, which takes a moment to find; a script asks for it afterwards.
    ``at``: the section that the answer to its own buttons is told in.
    """
    told = told or Told()
    named = keyed(entries(page.document.blocks))
    rows = {id(one): row for one, row in chosen_rows(reader, named.values())}
    order = [key for key, entry in named.items() if entry.target]
    if sent is not None:
        mine = [key for key in sent.wanted.order if key in named]
        order = [*mine, *(key for key in order if key not in mine)]
    taken = {row.path for row in rows.values() if row is not None} | {page.path}
    lines = [
        {
            **_line(key, at, named[key].words, rows[id(named[key])], sent, told),
            "hidden": _hidden(reader, page, rows[id(named[key])]),
        }
        # A script asks for what is found, or proposed, alone.
        for at, key in enumerate(() if wants_fragment() else order, 1)
    ]
    found = [row for row in _search(reader, query) if row.path not in taken]
    return render_page(
        "dossiers/arrange.html",
        status,
        page={"label": page.title, "url": page_url(page.path)},
        source=action_url("edit", page.path),
        help=page_url("aide/dossiers") if page_exists(reader, "aide/dossiers") else "",
        action=action_url("dossiers/selection", page.path),
        base=reader.renewed().head if status == 409 or sent is None else sent.base,
        chosen=lines,
        query=query,
        at=at if at in PLACES else "",
        told={
            "notice": told.notice,
            "lost": [{"title": title, "words": words} for title, words in told.lost],
            "ask": _result(reader, page, told.ask) if told.ask else None,
        },
        found=[_result(reader, page, row) for row in found],
        proposed=proposed,
        proposals=[
            {**_result(reader, page, one.row), "reasons": one.reasons}
            for one in (proposals(reader, page) if proposed else ())
        ],
        noindex=True,
    )


def _line(
    key: str, place: int, words: str, row: PageRow | None, sent: Sent | None, told: Told
) -> dict[str, Any]:
    return {
        "key": key,
        "name": slug(key),
        "place": place,
        "title": row.title if row else key,
        "url": page_url(row.path) if row else "",
        "words": sent.words.get(key, words) if sent else words,
        "error": told.errors.get(key, ""),
        "missing": row is None,
    }


def _hidden(reader: Reader, page: Page, row: PageRow | None) -> bool:
    return row is not None and stays_hidden(reader, page.path, row)


def _search(reader: Reader, query: str) -> list[PageRow]:
    if not query:
        return []
    scored = [pair for kind in _KINDS for pair in rank_pages(reader, query, kind, _FOUND)]
    best = [path for path, _score in sorted(scored, key=lambda pair: -pair[1])]
    rows = get_rows(reader, best)
    return [rows[path] for path in best if path in rows][:_FOUND]


def _result(reader: Reader, page: Page, row: PageRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "title": row.title,
        "url": page_url(row.path),
        # Projects are what is looked for: what else is found says what it is.
        "kind": "" if row.type == "project" else str(TYPE_WORDS[row.type]),
        "summary": row.summary,
        "state": get_fact_words(reader, "state", row.first("state")),
        "hidden": stays_hidden(reader, page.path, row),
        "reasons": (),
    }
