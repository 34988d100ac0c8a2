"""A push, from the refs that it names to the moment at which the branch may move."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from wiki.editing.quotas import count_added
from wiki.editing.receiving.commits import check_incoming, check_whole
from wiki.editing.rights import author_of, someone
from wiki.errors import EditConflict, Forbidden, TooLarge
from wiki.pages.paths import owner_of, page_of
from wiki.people.pushes import note_fetched, note_push
from wiki.projections.pagespan import levels
from wiki.reading import Reader
from wiki.repository.objects import BRANCH, EMPTY, LONGEST_COMMIT
from wiki.repository.rawlog import NOTHING
from wiki.repository.remote.fetch import Apart, take
from wiki.repository.remote.push import Joined, Update, objects_in, overlaid
from wiki.repository.repository import Repository
from wiki.repository.span import Span
from wiki.repository.writes.branch import HeadMoved
from wiki.translation import gettext as _

#: objects of one push: a thousand commits, each with some folders above its files
MAX_OBJECTS = 50_000
#: of one that is judged while writers wait
_FEW = 2_000
_log = logging.getLogger(__name__)


class _Judged(NamedTuple):
    """What the branch may move to from ``head``: ``new``, which holds so many ``commits`` more."""

    head: str
    new: str
    commits: int
    #: the ids of those that are not the pusher's
    others: Sequence[str]
    #: said of addresses that they give away
    words: str


def judge_push(
    reader: Reader, updates: Sequence[Update], quarantine: Path, stack: ExitStack
) -> str:
    """Judges a push by ``reader``; returns what there is to tell them.

    The check itself holds nobody up. Then the writers' lock is entered on ``stack``. What was saved
    since the pusher fetched, in other pages, is joined with what they bring: raises Joined once the
    branch holds both. Raises EditConflict where it is in the same pages, Forbidden, TooLarge, and
    TooMany for more than a day has room for of one person's, by whatever way it comes.
    """
    update = _only(updates)
    repository = reader.instance.repository
    size = _check_sizes(reader, quarantine)
    with overlaid(repository, quarantine, update.new) as incoming:
        found = _judge(reader, incoming, update)
        count_added(
            reader, sum(one.stat().st_size for one in quarantine.rglob("*") if one.is_file())
        )
        stack.enter_context(repository.lock())
        moved = repository.head() != found.head
        if reader.renewed().person != reader.person or (moved and size > _FEW):
            raise _behind()  # what they may do is judged anew, too
        if moved:
            found = _judge(reader, incoming, update)
        try:
            if found.new == update.new and found.head in (update.old, EMPTY):
                if repository.shared is not None:
                    repository.shared.give(incoming.folder, found.head, update.new)
                stack.enter_context(repository.write_lock.writing())
                stack.callback(_record, reader, update, found)
                return found.words
            if found.new != found.head:
                apart, reason = Apart(incoming.folder, update.new), f"push by {someone(reader).id}"
                take(repository, apart, found.new, found.head, reason)
                _record(reader, update, found)
        except HeadMoved as error:
            raise _behind() from error
    words = _(
        "Others have saved other pages since you fetched: the wiki has joined both. git pull before"
        " you go on."
    )
    raise Joined(f"{found.words}\n{words}".strip())


def _judge(reader: Reader, incoming: Repository, update: Update) -> _Judged:
    """What may become of the push where the branch stands now. Raises what ``judge_push`` does."""
    head, new = reader.instance.repository.head(), update.new
    old = EMPTY if update.old == NOTHING else update.old
    known = head == EMPTY if old == EMPTY else incoming.is_ancestor(old, head)
    if not (known and incoming.is_ancestor(old, new)):
        raise _behind()
    straight = incoming.is_ancestor(head, new)
    commits: list[tuple[str, str]] = []
    given_away = check_incoming(
        reader,
        incoming,
        head,
        new,
        whole=straight,
        each=lambda one: commits.append((one.id, one.commit.author_mail.strip().lower())),
    )
    if not straight:  # only now: what was checked has no more files than can be looked at
        new = _join(reader, incoming, head, new)
    alias = someone(reader).alias
    others = [id for id, mail in commits if mail not in (alias, *given_away)]
    return _Judged(head, new, len(commits), others, _kind_words(alias) if given_away else "")


def _join(reader: Reader, incoming: Repository, head: str, new: str) -> str:
    """A commit, beside what came, of ``head`` and ``new``; ``head`` where it holds ``new``.

    Raises EditConflict where both changed the same page, or where a page of one would have other
    readers by the other, and Forbidden.
    """
    apart = Apart(incoming.folder, new)
    base = apart.base(head) or EMPTY
    if base == new:
        return head
    theirs, ours = (
        {page_of(one.file) or owner_of(one.file) for one in Span(incoming, base, side).changes()}
        for side in (head, new)
    )
    merged = apart.merge(head, author_of(reader), _("Joined with what others saved meanwhile"))
    if merged.commit is None or theirs & ours:
        raise _behind()
    both = levels(incoming, merged.commit)
    before = ((levels(incoming, head), theirs), (levels(incoming, new), ours))
    if any(one.access(path) != both.access(path) for one, pages in before for path in pages):
        raise _behind()
    check_whole(reader, incoming, head, merged.commit)
    return merged.commit


def _record(reader: Reader, update: Update, found: _Judged) -> None:
    """Keeps who pushed, where the branch was moved; the branch's log says so as well."""
    if reader.instance.repository.head() != found.new:
        return
    person, private = someone(reader), reader.instance.private
    _log.info("push by %s: %s to %s", person.id, found.head, found.new)
    try:
        note_push(private, person.id, found.head, found.new, found.commits, found.others)
        note_fetched(private, person.id, update.new)
    except Exception:
        # What was pushed is there, and is told so.
        _log.exception("could not keep who pushed %s", found.new)


def _only(updates: Sequence[Update]) -> Update:
    for update in updates:
        if update.ref != BRANCH:
            raise Forbidden(
                _(
                    "The wiki has one branch, main; nothing else can be pushed. Nothing of this"
                    " push was taken: git push origin HEAD:main"
                )
            )
    if len(updates) != 1:
        # git takes several for one branch, one after the other; the check has seen one of them.
        raise Forbidden(_("A push moves the branch once. Nothing of this push was taken."))
    if updates[0].new == NOTHING:
        raise Forbidden(_("The branch main cannot be deleted. Nothing was changed."))
    return updates[0]


def _behind() -> EditConflict:
    return EditConflict(
        _(
            "The wiki holds changes that you do not have; nothing of this push was taken, nothing"
            " is lost. Fetch first: git pull --rebase, then push again. History is never rewritten"
            " here, not even with --force."
        ),
        base="",
        theirs="",
        mine="",
        head="",
    )


def _check_sizes(reader: Reader, quarantine: Path) -> int:
    """How many objects a push brought. Raises TooLarge."""
    settings = reader.instance.settings
    largest = max(settings.max_page, settings.max_upload)
    whole = 2 * settings.max_push
    total = count = 0
    for id, kind, size in objects_in(quarantine):
        total, count = total + size, count + 1
        if kind == "blob" and size > largest:
            raise TooLarge(
                _(
                    "This push holds a file of {size} bytes ({id}); {limit} are the most. Nothing"
                    " of it was taken."
                ).format(size=size, id=id[:8], limit=largest)
            )
        if kind == "commit" and size > LONGEST_COMMIT:
            raise TooLarge(large_commit(id))
        if total > whole or count > MAX_OBJECTS:
            raise TooLarge(
                _(
                    "This push is too large: {objects} objects and {bytes} bytes unpacked are the"
                    " most. Push older commits first, a part at a time."
                ).format(objects=MAX_OBJECTS, bytes=whole)
            )
    return count


def large_commit(id: str) -> str:
    """What is said of a commit whose own object, message and all, is too large."""
    return _(
        "Commit {commit} is larger than {limit} bytes without its files: its message is too long."
        " Nothing of it was taken."
    ).format(commit=id[:8], limit=LONGEST_COMMIT)


def _kind_words(alias: str) -> str:
    return _(
        "Your commits give your mail address away to everyone who clones the wiki."
        " This one stands for you instead: git config user.email {alias}"
    ).format(alias=alias)
