"""A push, from the refs that it names to the moment at which the branch may move."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from wiki.editing.quotas import count_added
from wiki.editing.receiving.commits import check_incoming
from wiki.editing.rights import someone
from wiki.errors import EditConflict, Forbidden, TooLarge
from wiki.people.pushes import note_push
from wiki.reading import Reader
from wiki.repository.objects import BRANCH, EMPTY, LONGEST_COMMIT
from wiki.repository.rawlog import NOTHING
from wiki.repository.remote.push import Update, objects_in, overlaid
from wiki.repository.writes.branch import HeadMoved
from wiki.translation import gettext as _

#: objects of one push: a thousand commits, each with some folders above its files
MAX_OBJECTS = 50_000
_log = logging.getLogger(__name__)


def judge_push(
    reader: Reader, updates: Sequence[Update], quarantine: Path, stack: ExitStack
) -> str:
    """Judges a push by ``reader``; returns what there is to tell them.

    The check itself holds nobody up. Then the writers' lock is entered on ``stack``, and nothing
    has been saved meanwhile, or EditConflict is raised. Raises Forbidden, TooLarge, and TooMany for
    more than a day has room for of one person's, by whatever way it comes.
    """
    update = _only(updates)
    repository = reader.instance.repository
    head = repository.head()
    _check_standing(update, head)
    _check_sizes(reader, quarantine)
    with overlaid(repository, quarantine, update.new) as incoming:
        if not incoming.is_ancestor(head, update.new):
            raise _behind()
        commits: list[tuple[str, str]] = []
        given_away = check_incoming(
            reader,
            incoming,
            head,
            update.new,
            each=lambda one: commits.append((one.id, one.commit.author_mail.strip().lower())),
        )
    count_added(reader, sum(one.stat().st_size for one in quarantine.rglob("*") if one.is_file()))
    stack.enter_context(repository.lock())
    if repository.head() != head or reader.renewed().person != reader.person:
        raise _behind()  # what they may do is judged anew, too
    if repository.shared is not None:
        with overlaid(repository, quarantine, update.new) as incoming:
            try:
                repository.shared.give(incoming.folder, head, update.new)
            except HeadMoved as error:
                raise _behind() from error
    stack.enter_context(repository.write_lock.writing())
    person = someone(reader)
    own = {person.alias, *given_away}
    others = [id for id, mail in commits if mail not in own]
    stack.callback(_record, reader, update, len(commits), others)
    return _kind_words(person.alias) if given_away else ""


def _record(reader: Reader, update: Update, count: int, others: Sequence[str]) -> None:
    """Keeps who pushed, where git has moved the branch; the branch's log says so as well."""
    if reader.instance.repository.head() != update.new:
        return
    person = someone(reader)
    _log.info("push by %s: %s to %s", person.id, update.old, update.new)
    try:
        note_push(reader.instance.private, person.id, update.old, update.new, count, others)
    except Exception:
        # What was pushed is there, and is told so.
        _log.exception("could not keep who pushed %s", update.new)


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
    return updates[0]


def _check_standing(update: Update, head: str) -> None:
    if update.new == NOTHING:
        raise Forbidden(_("The branch main cannot be deleted. Nothing was changed."))
    if update.old != (NOTHING if head == EMPTY else head):
        raise _behind()


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


def _check_sizes(reader: Reader, quarantine: Path) -> None:
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
