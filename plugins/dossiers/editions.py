"""An edition: a dossier as it stood on a day, as a page of its own that does not change by itself.

What lists and counts said stands in it as plain Markdown, as the readers of the dossier see it:
never as only who freezes it does.
"""

import re
from datetime import date
from functools import partial

from babel.dates import format_date

from wiki.api.errors import Forbidden
from wiki.api.moments import day_of
from wiki.api.pages import Page, edit_head, split_lines
from wiki.api.pages.blocks import Block
from wiki.api.pages.editing import save
from wiki.api.paths import join, page_url, read_number
from wiki.api.reading import Reader, find_page, get_title, is_free
from wiki.api.reading.history import list_recent_changes
from wiki.api.reading.html import render_body
from wiki.api.reading.rows import PageRow, get_row, list_children, list_team
from wiki.api.translation import gettext, use_language

from .contents import EDITIONS
from .plain import as_markdown, as_words
from .plan import without_hints_left

#: editions of one day
_A_DAY = 20
#: editions that are listed beside a dossier
LISTED = 50
_COUNT = re.compile(r"\{\{[^{}\n]+\}\}")
_KEPT = ("title", "summary", "lang")


def freeze(reader: Reader, page: Page) -> str:
    """Makes an edition of ``page`` and gives its path; the same again, unchanged, is the same one.

    Raises Forbidden where too many were made today, and what ``save`` does.
    """
    group = reader.access(page.path).group
    public = _readers(reader, group)
    with use_language("en" if page.lang == "en" else "fr"):
        body = frozen(public, page)
        day = reader.today
        folder = join(page.path, EDITIONS)
        for number in range(1, _A_DAY + 1):
            path = join(folder, day.isoformat() if number == 1 else f"{day.isoformat()}-{number}")
            there = find_page(reader, path)
            if there is not None and _same(there, body):
                return path
            if not is_free(reader, path):
                continue
            text = _text(public, page, path, body, group)
            words = gettext("Made a dated edition of “{title}”").format(title=page.title)
            save(reader, path, text, reader.head, words)
            return path
    raise Forbidden(gettext("Enough editions of this dossier were made today. Come back tomorrow."))


def frozen(public: Reader, page: Page) -> str:
    """The body of ``page`` in which living blocks are what they show to ``public``."""
    text, document = page.text, page.document
    lines = split_lines(text)
    out: list[str] = []
    day = partial(day_of, zone=public.instance.settings.zone)
    at = text[: len(text) - len(page.body)].count("\n") if page.body else len(lines)
    for block in _outermost(document.blocks):
        if block.name not in public.instance.views or block.line < at:
            continue
        out += [_counted(public, page, one) for one in lines[at : block.line]]
        shown = as_markdown(_shown(public, page, block.source), day)
        out.append(f"{shown}\n" if shown else "")
        at = block.end_line
    out += [_counted(public, page, one) for one in lines[at:]]
    return without_hints_left(page, "".join(out).strip())


def editions(reader: Reader, path: str) -> list[PageRow]:
    """The editions of the dossier at ``path`` that the reader sees, the newest first."""
    rows = list_children(reader, join(path, EDITIONS), limit=LISTED)
    return sorted(rows, key=lambda row: _order(row.path), reverse=True)


def edition_day(page: Page) -> date | None:
    """The day of which ``page`` is an edition; None where it is none."""
    if f"/{EDITIONS}/" not in page.path:
        return None
    try:
        return date.fromisoformat(page.head.text("edition"))
    except ValueError:
        return None


def day_words(day: date, lang: str) -> str:
    """A day in a sentence."""
    words = str(format_date(day, "d MMMM y", locale=lang))
    return f"1er{words[1:]}" if lang == "fr" and day.day == 1 else words


def citation(reader: Reader, dossier: str, path: str, head: str, day: date, lang: str) -> str:
    """How the edition at ``path`` is cited, in one sentence: who, what, when, where, which text."""
    row = get_row(reader, dossier)
    site = reader.instance.settings
    who = ", ".join(one.title for one in list_team(reader, row)) if row else ""
    return gettext("{who}, “{title}”, edition of {day}, {site}, {url} (version {commit}).").format(
        who=who or site.site_name,
        title=row.title if row else get_title(reader, dossier),
        day=day_words(day, lang),
        site=site.site_name,
        url=f"{site.public_url}{page_url(path)}",
        commit=head[:12],
    )


def _text(public: Reader, page: Page, path: str, body: str, group: str) -> str:
    day = public.today
    title = gettext("{title} — edition of {day}").format(
        title=page.title, day=day_words(day, page.lang)
    )
    if (number := _order(path)[1]) > 1:
        # Two pages of one title would each be told of the other.
        title = f"{title} ({number})"
    # The head of the branch may be a change that nobody here is to know of.
    newest = list_recent_changes(public, limit=1)
    version = newest[0].commit if newest else public.head
    kept = {key: page.head.text(key) or None for key in _KEPT}
    head = {
        **kept,
        "title": title,
        "edition": day.isoformat(),
        "version": version,
        # Should the dossier be opened to more people, this stays with those it was made for.
        "visibility": None
        if group == "public"
        else group.partition(":")[0].replace("admins", "team"),
    }
    cited = citation(public, page.path, path, version, day, page.lang)
    # Set in a head of its own: a text that begins with lines of dashes says nothing of its rights.
    return f"{edit_head('', head)}\n{body}\n\n{_cite_heading()}\n\n{_plain(cited)}\n"


def _same(there: Page, body: str) -> bool:
    return there.body.rpartition(f"\n{_cite_heading()}\n")[0].strip() == body


def _cite_heading() -> str:
    return "## " + gettext("To cite this edition")


def _plain(words: str) -> str:
    return re.sub(r"([\\`*_\[\]<>{}])", r"\\\1", words)


def _readers(reader: Reader, group: str) -> Reader:
    """Whoever may read a page of ``group``, and no more."""
    wider = {"public": ()}.get(group, ("members",))
    return Reader(reader.instance, audience=frozenset({"public", *wider, group}))


def _shown(public: Reader, page: Page, source: str) -> str:
    """A piece of the page as those readers see it where it stands."""
    return render_body(public, Page(page.path, page.file, source)).html


def _counted(public: Reader, page: Page, line: str) -> str:
    """A line of the text with its counts as numbers."""
    return _COUNT.sub(lambda one: as_words(_shown(public, page, one[0])), line)


def _outermost(blocks: tuple[Block, ...]) -> list[Block]:
    found: list[Block] = []
    for block in blocks:
        if not found or block.line >= found[-1].end_line:
            found.append(block)
    return found


def _order(path: str) -> tuple[str, int]:
    name = path.rpartition("/")[2]
    return name[:10], read_number(name[11:]) or 1
