"""The text that a save writes: made tidy, joined with others', its items given identities."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import cast

from wiki.editing.quotas import LONG_TEXT
from wiki.errors import BadField, EditConflict, StorageFailed, TooLarge
from wiki.hookspecs.texts import complete_page
from wiki.merging.merge import merge
from wiki.pages.markdown.syntax import FENCE
from wiki.pages.page import Page
from wiki.pages.paths import page_of
from wiki.projections.catalogue import Catalogue
from wiki.projections.heads import bodies_since, changed_bodies
from wiki.projections.pagespan import head_text
from wiki.reading import Reader
from wiki.reading.pages import find_page_at
from wiki.repository.objects import EMPTY, decode, is_hash
from wiki.translation import gettext as _

MESSAGE_LENGTH = 300


def tidy(reader: Reader, text: str) -> str:
    """``text`` with LF line ends, one at its end. Raises TooLarge, BadField if it is empty."""
    limit = reader.instance.settings.max_page
    text = decode(text.encode("utf-8", "replace")).replace("\0", "\ufffd").rstrip() + "\n"
    # Of byte order marks one is taken away at each reading: what is checked is what will be read.
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise BadField("text", _("The page is empty. To remove it, delete it instead."))
    if len(text.encode()) > limit:
        raise TooLarge(
            _("This page is too long: at most {count} characters. Split it in several.").format(
                count=limit
            )
        )
    return text


def tidy_message(message: str) -> str:
    """A commit message of one line: what was typed, without control characters, bounded."""
    return " ".join("".join(c if c.isprintable() else " " for c in message).split())[
        :MESSAGE_LENGTH
    ]


class Owners:
    """Which page had an identity first, for a text that is saved; remembers what was asked.

    Where the catalogue is behind, but no page that changed since speaks of the identity, it need
    not be brought up to date. The page that is saved may: either it had it first, or another did
    that has not changed.
    """

    def __init__(self, reader: Reader, path: str) -> None:
        self._reader = reader
        self._catalogue = cast(Catalogue, reader.instance.projections.part("catalogue"))
        repository = reader.instance.repository
        bodies = bodies_since(self._catalogue, repository, reader.commit)
        #: all that the catalogue does not know yet; None where it has to be brought up to date
        self._unknown = None if bodies is None else bodies.texts(repository, but=path)
        self.asked: set[str] = set()

    def __call__(self, identity: str) -> str | None:
        """The path of that page; None where there is none."""
        self.asked.add(identity)
        sought = identity.encode()
        if self._unknown is None or any(sought in text for text in self._unknown):
            return self._reader.catalogue.identity_owner(identity)
        return self._catalogue.identity_owner(identity)


def complete_identities(
    reader: Reader, page: Page, owner: Callable[[str], str | None] | None = None
) -> Page:
    """``page`` with the identities that a plugin gives to its items, and nothing else changed."""
    if FENCE not in page.text:
        return page  # it has no blocks, and so no items: it need not be read
    owner = owner or reader.catalogue.identity_owner
    text = reader.instance.plugins.call(complete_page, page, owner)
    return page if text is None or text == page.text else Page(page.path, page.file, text)


def bring_base(reader: Reader, base: str) -> None:
    """Has the commit that a writer started from: perhaps at another node, which was ahead.

    Without it, what that writer saved last would be taken for somebody else's text.
    """
    shared = reader.instance.repository.shared
    if shared is not None and is_hash(base) and base != EMPTY:
        with suppress(StorageFailed):  # whoever saves is told so by the save
            shared.arrive(base)


def join_text(reader: Reader, path: str, text: str, base: str, theirs: Page | None) -> str:
    """``text`` joined with what was saved since ``base``. Raises EditConflict."""
    if theirs is None or base == reader.commit or _stood(reader, theirs, base):
        return text
    before = find_page_at(reader, path, base)
    if before is not None and before.blob == theirs.blob:
        return text
    merged = merge(before.text if before else "", text, theirs.text)
    if merged.text is None:
        raise EditConflict(
            _("Someone else changed the same lines while you were writing."),
            base=before.text if before else "",
            theirs=theirs.text,
            mine=text,
            head=reader.head,
        )
    return merged.text


def _stood(reader: Reader, page: Page, commit: str) -> bool:
    """Whether the page's file held the same at ``commit``: then there is nothing to join."""
    repository = reader.instance.repository
    # A program says which version it started from: perhaps one that never was.
    if not (is_hash(commit) and repository.has_commit(commit)):
        return False
    return repository.blob_id(page.file, commit) == page.blob


class Prepared:
    """A text that was prepared at its reader's commit, and waits for its turn to be saved.

    ``theirs`` is the page that stood there, ``page`` what shall stand. ``alters``: it changes the
    head. ``joined``: what others saved of the same page while it waited was joined with it.
    """

    def __init__(self, reader: Reader, theirs: Page, page: Page, owners: Owners) -> None:
        self._reader = reader
        self._theirs = theirs
        self._page = page
        self._owners = owners
        self.alters = head_text(page.text) != head_text(theirs.text)
        self.joined = False

    def fit(self, head: str, others: Mapping[str, bytes]) -> bytes | None:
        """What to save at ``head``, after ``others``: file → bytes; None: prepare it anew.

        Who may do what, and in which teams, is said in heads of pages and in accounts alone: where
        none of them changed, the text is as right as it was, joined with others of its page.
        """
        reader, page = self._reader, self._page
        if reader.renewed().person != reader.person:
            return None
        repository = reader.instance.repository
        bodies = changed_bodies(repository, reader.commit, head)
        if bodies is None:
            return None
        if asked := self._owners.asked:
            texts = bodies.texts(repository, but=page.path)
            elsewhere = [text for file, text in others.items() if page_of(file) != page.path]
            if texts is None or any(
                one.encode() in text for text in (*texts, *elsewhere) for one in asked
            ):
                return None
        now = others.get(page.file)
        if now is None and bodies.has(page.path):
            now = repository.read_blob(bodies.files[page.file].after)
        return page.text.encode() if now is None else self._join(now)

    def _join(self, now: bytes) -> bytes | None:
        """The text joined with what stands there ``now``; None where that is not plain."""
        text = None if self.alters else merge(self._theirs.text, self._page.text, decode(now)).text
        if text is None or len(data := text.encode()) >= LONG_TEXT:
            return None
        page = Page(self._page.path, self._page.file, text)
        if head_text(text) != head_text(self._theirs.text):
            return None
        if complete_identities(self._reader, page, self._owners).text != text:
            return None
        self.joined = True
        return data
