"""What happened in public between two commits: pages, needs, steps of projects, events, dossiers.

Only that it happened, and where: what is said of it is read when it is sent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from wiki.api.imports import imported_states
from wiki.api.pages import Document, Page
from wiki.api.pages.items import Item
from wiki.api.plugin import Instance, call_hook
from wiki.api.reading import Reader, find_redirect, page_exists
from wiki.api.reading.history import WIKI_AUTHOR, Span, list_history, page_changes
from wiki.api.reading.item_rows import get_item
from wiki.api.translation import lazy

#: words of blocks whose items are told, by kind
_BLOCKS = {"besoins": "need", "needs": "need", "offres": "offer", "offers": "offer"}
_OPEN = ("", " ")
#: what can be asked for, and what each is called
KIND_WORDS = {
    "page": lazy("Pages: published, changed, gone"),
    "need": lazy("Needs: said, changed, answered, gone"),
    "offer": lazy("Offers: said, changed, taken up, gone"),
    "project": lazy("Projects: a new step"),
    "event": lazy("Events: announced, changed, cancelled, gone"),
    "dossier": lazy("Dossiers: published, changed, gone"),
}
#: it is gone, or not for everybody any more; no more than that is told
WITHDRAWN = "withdrawn"
#: what of an event's head is worth telling
_OF_EVENTS = ("starts", "ends", "place", "title")


@dataclass(frozen=True)
class Happening:
    """``what`` happened to the page at ``path``, or to its item of that ``identity``.

    ``about`` is the space that it is of, ``themes`` what a page that is gone was about.
    """

    what: str
    path: str
    about: str
    identity: str = ""
    themes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """One of ``KIND_WORDS``."""
        return self.what.partition(".")[0]


def is_withdrawn(what: str) -> bool:
    """Whether it says that something is gone."""
    return what.endswith(f".{WITHDRAWN}")


@dataclass(frozen=True)
class _Change:
    """A page that everybody may read, as it is and as everybody read it before, if at all."""

    path: str
    space: str
    before: Page | None
    after: Page


def happenings(instance: Instance, since: str, to: str) -> list[Happening]:
    """What happened from the one commit to the other, as far as everybody may read it now."""
    visitor, span = Reader(instance), Span(instance.repository, since, to)
    changes = list(_public_changes(visitor, span))
    found = [one for change in changes for one in _of_page(visitor, change)]
    return [*found, *_of_items(visitor, changes), *_withdrawals(visitor, span)]


def _public_changes(visitor: Reader, span: Span) -> Iterator[_Change]:
    for one in page_changes(span.repository, span):
        if one.after is None or one.access is None or one.access.group != "public":
            continue
        before = one.before
        if before is not None and visitor.access(one.path, span.since).group != "public":
            before = None
        if before is one.after:
            continue  # what it inherits changed, and it was public
        if not _is_imported(visitor, one.path):
            yield _Change(one.path, one.space or one.path, before, one.after)


def _withdrawals(visitor: Reader, span: Span) -> Iterator[Happening]:
    """Pages that everybody could read, with their needs and offers, and nobody told so finds now.

    Not what is at another place for everybody.
    """
    for one in page_changes(span.repository, span):
        before = one.before
        if before is None or visitor.access(one.path, span.since).group != "public":
            continue
        if page_exists(visitor, one.path) or find_redirect(visitor, one.path) is not None:
            continue
        kind = before.type if before.type in ("event", "dossier") else "page"
        themes = before.themes
        yield Happening(f"{kind}.{WITHDRAWN}", one.path, one.path, themes=themes)
        for name, said, item in _items(before):
            if item.state in _OPEN and get_item(visitor, name) is None:
                yield Happening(f"{said}.{WITHDRAWN}", one.path, one.path, name, themes)


def _is_imported(visitor: Reader, path: str) -> bool:
    """Whether an import brought it: nobody is told of what was there already."""
    last = next(iter(list_history(visitor, path, limit=1)), None)
    return last is not None and bool(imported_states(last.message, last.mail))


def _of_page(visitor: Reader, change: _Change) -> Iterator[Happening]:
    """What the page itself says that is new; the most telling alone."""
    before, after = change.before, change.after
    if step := _new_step(visitor, change):
        yield step
        return
    kind = after.type if after.type in ("event", "dossier") else "page"
    if before is None:
        word = "announced" if kind == "event" else "published"
    elif kind == "event" and _says(after, "cancelled") and not _says(before, "cancelled"):
        word = "cancelled"
    elif kind == "event" and all(_said(before, one) == _said(after, one) for one in _OF_EVENTS):
        # An event changes where one may come too late; all else is a page's.
        kind, word = "page", "changed"
    else:
        word = "changed"
    if word == "changed" and _is_ours(visitor, change.path):
        return
    yield Happening(f"{kind}.{word}", change.path, change.space)


def _is_ours(visitor: Reader, path: str) -> bool:
    """Whether the wiki itself changed it last, by giving identities."""
    last = next(iter(list_history(visitor, path, limit=1)), None)
    return last is not None and last.mail == WIKI_AUTHOR.mail


def _says(page: Page, key: str) -> bool:
    return _said(page, key).casefold() in ("true", "yes", "oui", "vrai")


def _said(page: Page, key: str) -> str:
    return page.title if key == "title" else page.head.text(key)


def _new_step(visitor: Reader, change: _Change) -> Happening | None:
    """A step of the project that the page tells of, where its state is another now."""
    now = _state(visitor, change.after.document)
    if now and change.before and now != _state(visitor, change.before.document):
        return Happening("project.step", change.path, change.space)
    return None


def _state(visitor: Reader, document: Document) -> tuple[str, str]:
    """The newest state that plugins read in a text, and since when; nothing for none."""
    hook = visitor.instance.plugins.hook.page_facts
    facts = [one for group in call_hook(hook, document=document, reader=visitor) for one in group]
    today: date = visitor.today
    dated = [
        (one.since or "", one.order, one.value)
        for one in facts
        if one.key == "state" and (one.since or "") <= today.isoformat()
    ]
    since, _order, value = max(dated, default=("", 0, ""))
    return since, value


def _of_items(visitor: Reader, changes: Iterable[_Change]) -> Iterator[Happening]:
    """Needs and offers that came, changed or ended; one that moved to another page did neither."""
    before: dict[str, Item] = {}
    left: dict[str, Happening] = {}
    after: dict[str, tuple[_Change, str, Item]] = {}
    for change in changes:
        if change.before is not None:
            for name, kind, item in _items(change.before):
                before[name] = item
                if item.state in _OPEN:
                    what = f"{kind}.{WITHDRAWN}"
                    left[name] = Happening(what, change.path, change.space, name)
        after.update((name, (change, kind, item)) for name, kind, item in _items(change.after))
    for name, (change, kind, item) in after.items():
        was, is_open = before.get(name), item.state in _OPEN
        if was is None:
            word = "opened" if is_open else ""
        elif (was.state in _OPEN) != is_open:
            word = "opened" if is_open else "closed"
        else:
            same = (was.text, was.nested, was.marks) == (item.text, item.nested, item.marks)
            word = "" if same else "changed"
        if word:
            yield Happening(f"{kind}.{word}", change.path, change.space, name)
    for name in left.keys() - after.keys():
        if get_item(visitor, name) is None:
            yield left[name]


def _items(page: Page) -> Iterator[tuple[str, str, Item]]:
    for block in page.document.blocks:
        kind = _BLOCKS.get(block.name)
        # With arguments it is a list of others'.
        if kind and not block.args.strip():
            yield from ((item.identity, kind, item) for item in block.items if item.identity)
