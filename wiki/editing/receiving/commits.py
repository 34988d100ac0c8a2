"""Every commit of a span, judged: its files, their texts, who it names, what its writer may do."""

import logging
import re
from collections.abc import Callable, Iterable

from wiki.config.public import is_public_file
from wiki.editing.receiving.names import (
    Names,
    fault_of_mode,
    fault_of_name,
    other_file,
    readable,
)
from wiki.editing.receiving.pointers import check_pointer
from wiki.editing.receiving.rights import check_file, reader_at
from wiki.editing.rights import someone
from wiki.editing.settings import check_public_file
from wiki.errors import BadSetting, BadUpload, Forbidden, TooLarge, WikiError
from wiki.files.types import identify
from wiki.pages.paths import page_of
from wiki.people.accounts import find_person
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.repository.objects import EMPTY, LONGEST_MESSAGE, LONGEST_NAME, Author
from wiki.repository.process import GitFailed
from wiki.repository.rawlog import (
    NOTHING,
    RawChange,
    RawCommit,
    TooManyChanges,
    raw_commits,
)
from wiki.repository.repository import Repository
from wiki.repository.span import Span
from wiki.translation import gettext as _

#: the domain of the addresses that stand for accounts, and for the wiki itself
ALIASES = "@people.invalid"
#: files of one commit: a wiki is brought in whole by wiki init, not by a push
MOST_FILES = 20_000
#: seconds for reading what a push changes: trees can be made that nobody comes to the end of
_PATIENCE = 60.0
#: what a commit may say that its words are encoded in: in these ASCII is what it looks like, so
#: that whoever reads the bytes and whoever reads the words see the same names
_ENCODINGS = re.compile(
    r"|utf-?8|us-ascii|iso-?8859-?\d{1,2}|latin-?\d|(windows|cp)-?125\d|koi8-[ru]", re.I
)
_log = logging.getLogger(__name__)


def check_incoming(
    reader: Reader,
    incoming: Repository,
    old: str,
    new: str,
    *,
    signed: bool = True,
    whole: bool = True,
    each: Callable[[RawCommit], object] = lambda _commit: None,
) -> list[str]:
    """Checks the commits that ``new`` has and ``old`` has not, parents first.

    ``incoming`` holds them (``overlaid``); ``reader`` is who brings them. With ``signed``, no
    commit may name another account; a mirror, which brings other people's, goes without. Without
    ``whole``, what they do together is left to ``check_whole``, for ``new`` is not what the branch
    moves to. Returns the addresses of the person's own that commits give away; ``each`` is told
    every commit. Raises Forbidden with one sentence, which names the commit and the file, for the
    first fault.
    """
    check = _Check(reader, incoming, old, signed=signed)
    straight, last = True, old
    commits = raw_commits(
        incoming, old, new, merges="combined", moves=False, most=MOST_FILES, timeout=_PATIENCE
    )
    try:
        for one in commits:
            check.commit(one)
            each(one)
            straight = straight and one.commit.parents in ((last,), ())
            last = one.id
    except TooManyChanges as error:
        raise Forbidden(
            _(
                "Commit {commit} changes more than {count} files at once, which are the most."
            ).format(commit=str(error)[:8], count=MOST_FILES)
        ) from error
    except GitFailed as error:
        _log.warning("commits from %s to %s could not be read: %s", old, new, error)
        raise Forbidden(
            _("The wiki cannot read these commits. Nothing of them was taken.")
        ) from error
    if whole and not straight:
        # A merge can bring back what others have changed meanwhile, in a file that no commit names.
        check_whole(reader, incoming, old, new)
    return sorted(check.addresses)


def check_whole(reader: Reader, incoming: Repository, old: str, new: str) -> None:
    """Raises Forbidden where the person may not do what all does that lies between two commits."""
    files = [change.file for change in Span(incoming, old, new).changes()]
    _check_rights(reader, incoming, old, new, files)


def _check_rights(
    reader: Reader, incoming: Repository, old: str, new: str, files: Iterable[str]
) -> None:
    before, after = (reader_at(reader, incoming, commit) for commit in (old, new))
    for file in files:
        try:
            check_file(before, after, file)
        except WikiError as error:
            _refuse(new[:8], file, error.words)


class _Check:
    def __init__(self, reader: Reader, incoming: Repository, old: str, *, signed: bool) -> None:
        self._reader = reader
        self._person = someone(reader)
        self._incoming = incoming
        self._signed = signed
        self._names = Names(file for file, _blob in incoming.files(old))
        self._accounts: dict[str, Person | None] = {}
        self._good: set[tuple[str, str]] = set()
        self.addresses: set[str] = set()

    def commit(self, one: RawCommit) -> None:
        """Raises Forbidden for the first fault of a commit."""
        short = one.id[:8]
        if not _ENCODINGS.fullmatch(one.encoding):
            words = _("Commit {commit} is not written in UTF-8: {encoding}.")
            raise Forbidden(words.format(commit=short, encoding=readable(one.encoding)))
        _check_words(short, one)
        if self._signed:
            for author in (Author(one.commit.author_name, one.commit.author_mail), one.committer):
                self._check_identity(short, author)
        for change in one.changes:
            if change.after == NOTHING or change.mode == b"000000":
                self._names.remove(change.file)
        new = [change for change in one.changes if change.mode != b"000000"]
        for change in new:
            _refuse(short, change.file, fault_of_mode(change.mode) or fault_of_name(change.file))
        for change in new:
            if change.before == NOTHING and (clash := self._names.add(change.file)):
                words = _("on many machines its name is that of {other}.")
                _refuse(short, change.file, words.format(other=readable(clash)))
            other = other_file(change.file)
            if change.before == NOTHING and other and self._incoming.blob_id(other, one.id):
                words = _("the same page stands in {other} already.")
                _refuse(short, change.file, words.format(other=other))
        for change in new:
            self._check_content(short, change)
        first = one.commit.parents[0] if one.commit.parents else EMPTY
        files = [change.file for change in one.changes]
        _check_rights(self._reader, self._incoming, first, one.id, files)

    def _check_identity(self, short: str, author: Author) -> None:
        mail = author.mail.strip().lower()
        if mail == self._person.alias:
            return
        if mail.endswith(ALIASES):
            raise Forbidden(
                _(
                    "Commit {commit} bears the name of another account ({mail}). Commit what you"
                    " bring as yourself: git config user.email {alias}"
                ).format(commit=short, mail=readable(mail), alias=self._person.alias)
            )
        if mail not in self._accounts:
            self._accounts[mail] = find_person(self._reader.instance.private, mail)
        found = self._accounts[mail]
        if found is None:
            return
        if found.id != self._person.id:
            raise Forbidden(
                _(
                    "Commit {commit} bears the address of another account. Commit what you bring as"
                    " yourself: git config user.email {alias}"
                ).format(commit=short, alias=self._person.alias)
            )
        self.addresses.add(mail)

    def _check_content(self, short: str, change: RawChange) -> None:
        kind = change.file.rpartition(".")[2].lower()
        if change.after == change.before or (change.after, kind) in self._good:
            return
        settings = self._reader.instance.settings
        page = page_of(change.file) is not None
        limit = settings.max_page if page else settings.max_upload
        try:
            data = self._incoming.read_blob(change.after, limit)
            if page:
                _check_text(data)
            elif is_public_file(change.file):
                check_public_file(change.file, data)
            elif not check_pointer(self._reader, change.file, change.after, data):
                identify(change.file, data, max_bytes=limit)
        except TooLarge:
            words = _("this file is larger than {count} bytes.").format(count=limit)
            _refuse(short, change.file, words)
        except (BadUpload, BadSetting) as error:
            _refuse(short, change.file, error.words)
        self._good.add((change.after, kind))


def _check_words(short: str, one: RawCommit) -> None:
    """Raises Forbidden where a message or a name is longer than what reads them should meet."""
    if len(one.commit.message) > LONGEST_MESSAGE:
        raise Forbidden(
            _(
                "The message of commit {commit} is longer than {limit} characters, which are the"
                " most. Shorten it: git rebase -i, with reword."
            ).format(commit=short, limit=LONGEST_MESSAGE)
        )
    author = Author(one.commit.author_name, one.commit.author_mail)
    words = (part for who in (author, one.committer) for part in (who.name, who.mail))
    if any(len(part) > LONGEST_NAME for part in words):
        raise Forbidden(
            _(
                "Commit {commit} bears a name or an address of more than {limit} characters, which"
                " are the most: git config user.name"
            ).format(commit=short, limit=LONGEST_NAME)
        )


def _check_text(data: bytes) -> None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadUpload(_("this page is not written in UTF-8.")) from error
    if "\0" in text:
        raise BadUpload(_("this page holds a NUL character."))
    if not text.strip():
        raise BadUpload(_("this page is empty. To remove it, delete its file."))


def _refuse(short: str, file: str, words: str) -> None:
    if words:
        raise Forbidden(
            _("Commit {commit}, {file}: {words}").format(
                commit=short, file=readable(file), words=words
            )
        )
