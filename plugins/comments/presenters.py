"""What shows of comments: on the page, in its menu and chapters, and in lists of threads."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from wiki.api.pages import Heading, Page
from wiki.api.panels import Aside, MenuItem, PageContext, PageTool, SectionAction
from wiki.api.paths import action_url, page_url
from wiki.api.people import get_person
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader, get_page, page_exists
from wiki.api.translation import gettext, ngettext

from . import store
from .models import HELD, OPEN, WORDS, CommentRow, ThreadRow
from .outside import source_of
from .positions import Placed, place
from .threads import digest_of

#: what the page is read by, in the words of its form
_ICON = "message-circle"


@hookimpl
def page_asides(context: PageContext) -> Sequence[Aside]:
    """Where the scripts begin, with a link to the comments for who has none.

    The page is kept for all with the same rights: what is somebody's own is fetched.
    """
    page, reader = context.page, context.reader
    may = _may(context)
    count = store.count_open(reader, page.path)
    if not may and not count:
        return []
    data = {
        "url": action_url("comments", page.path),
        "count": count,
        "may": may,
        "label": label(count),
    }
    return [Aside("comments/_here.html", data, "side", 80, by_link=True)]


@hookimpl
def page_tools(context: PageContext) -> Sequence[PageTool]:
    """The line of the page's menu, for who may comment or has something to read."""
    page, reader = context.page, context.reader
    count = store.count_open(reader, page.path)
    if not count and not _may(context):
        return []
    words = gettext("Comments ({count})").format(count=count) if count else gettext("Comment")
    return [PageTool(words, action_url("comments", page.path), _ICON, 20, by_link=True)]


@hookimpl
def section_actions(
    context: PageContext, headings: Sequence[Heading]
) -> Mapping[str, Sequence[SectionAction]]:
    """To comment a chapter as a whole, with no passage to select."""
    if not _may(context):
        return {}
    label = gettext("Comment this chapter")
    return {
        anchor: [SectionAction(label, f"{url}#write", _ICON, 40)]
        for anchor in (one.anchor for one in headings)
        for url in [action_url("comments", context.page.path, {"section": anchor})]
    }


def ask_team(question: str, path: str, reader: Reader) -> MenuItem | None:
    """The form of a comment that begins with the question, where a team answers for the page."""
    page = get_page(reader, path)
    if reader.access(path).team_page is None or not store.may_comment(reader, page):
        return None
    url = action_url("comments", path, {"words": question})
    return MenuItem(gettext("Ask the team of “{title}”").format(title=page.title), f"{url}#write")


def _may(context: PageContext) -> bool:
    """As ``store.may_comment``; a visitor edits nothing, so that their right is known."""
    return context.may_propose or store.may_comment(context.reader, context.page)


def label(count: int) -> str:
    """How many threads are open, in words."""
    if not count:
        return gettext("Nothing has been commented yet.")
    words = ngettext("{count} comment on this page", "{count} comments on this page", count)
    return words.format(count=count)


def told(reader: Reader, page: Page, threads: Sequence[ThreadRow]) -> list[dict[str, Any]]:
    """The threads as templates want them, in the order of the page; the lost ones come last."""
    team = store.is_team(reader, page.path)
    found = []
    for thread, rows in store.seen_by(reader, page.path, threads):
        placed = place(reader.instance, thread, page)
        found.append((_order(thread, placed), _thread(reader, page, thread, placed, rows, team)))
    return [one for _place, one in sorted(found, key=lambda pair: pair[0])]


def _order(thread: ThreadRow, placed: Placed) -> tuple[bool, int, str, str]:
    at = placed.span.start if placed.span else -1
    lost = bool(thread.quote) and placed.span is None
    return lost, at, thread.created.isoformat(), thread.id


def _thread(
    reader: Reader,
    page: Page,
    thread: ThreadRow,
    placed: Placed,
    rows: Sequence[CommentRow],
    team: bool,
) -> dict[str, Any]:
    began = store.began(reader, rows)
    return {
        "id": thread.id,
        "quote": thread.quote,
        "chapter": thread.chapter,
        "passage": placed.passage,
        "anchor": placed.anchor,
        "lost": bool(thread.quote) and placed.span is None,
        "resolved": thread.resolved,
        "resolver": _name(reader, thread.resolver) if thread.resolved else "",
        "may_resolve": team or began,
        "may_answer": store.may_comment(reader, page) and any(row.state == OPEN for row in rows),
        "comments": [_comment(reader, page.path, row, team) for row in rows],
        "count": sum(bool(row.words) for row in rows),
        "url": action_url(f"comment/{thread.id}"),
    }


def _comment(reader: Reader, path: str, row: CommentRow, team: bool) -> dict[str, Any]:
    person = get_person(reader.instance.private, row.person) if row.person else None
    mine = bool(reader.person and row.person == reader.person.id)
    profile = person.page if person and person.page and page_exists(reader, person.page) else ""
    return {
        "id": row.id,
        "name": person.name if person else row.name or gettext("A visitor"),
        "profile": page_url(profile) if profile else "",
        "source": source_of(reader.instance, row) if person is None else "",
        "html": as_html(row.words),
        "words": row.words,
        "gone": not row.words,
        "when": row.created,
        "changed": row.changed is not None,
        "held": row.state == HELD,
        "mine": mine,
        "seen": digest_of(row.words),
        "may_let": row.state == HELD and store.may_let_through(reader, row, path),
        "may_remove": bool(row.words) and (mine or team),
        "url": action_url(f"comment/{row.id}"),
    }


def _name(reader: Reader, person_id: str | None) -> str:
    person = get_person(reader.instance.private, person_id) if person_id else None
    return person.name if person else ""


def form_values(reader: Reader, page: Page) -> dict[str, Any]:
    """What every form of the page's comments wants."""
    group = reader.access(page.path).group
    audience = (
        gettext("Whoever reads this page reads your comment: it is public.")
        if group == "public"
        else gettext("Whoever may read this page reads your comment, and nobody else.")
    )
    return {
        "page": {"label": page.title, "url": page_url(page.path)},
        "action": action_url("comments", page.path),
        "people": action_url("comments-people", page.path) if reader.person else "",
        "may": store.may_comment(reader, page),
        "audience": audience,
        "named": reader.may_comment_by_link(page.path),
        "waits": store.is_held(reader, page.path),
        "most": WORDS,
    }


_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
#: what ends a sentence rather than an address
_TAIL = ".,;:!?'’”»"
#: characters of an address that are shown
_SHOWN = 60


def as_html(words: str) -> Markup:
    """``words`` as paragraphs; every character of them is text, or part of a link's address."""
    parts = (part for part in words.split("\n\n") if part.strip())
    return Markup("").join(Markup("<p>{}</p>").format(_lines(part)) for part in parts)


def _lines(part: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in part.strip("\n").split("\n"))


def _linked(line: str) -> Markup:
    found: list[Markup] = []
    at = 0
    for address in _ADDRESS.finditer(line):
        url = _trimmed(address.group())
        if url.endswith("//"):
            continue
        found.append(escape(line[at : address.start()]))
        shown = url if len(url) <= _SHOWN else f"{url[:_SHOWN]}…"
        link = Markup('<a class="external" rel="nofollow noopener ugc" href="{}">{}</a>')
        found.append(link.format(url, shown))
        at = address.start() + len(url)
    found.append(escape(line[at:]))
    return Markup("").join(found)


def _trimmed(url: str) -> str:
    """Without the sentence's own signs, and without a bracket that was opened before it."""
    while url and (url[-1] in _TAIL or (url[-1] == ")" and url.count("(") < url.count(")"))):
        url = url[:-1]
    return url
