"""Who is told of comments: whom they name, whose words they answer, whose page it is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from wiki.api.mail import Mail, compose_mail, send_mail
from wiki.api.panels import Waiting
from wiki.api.paths import action_url
from wiki.api.people import Person, following, get_person
from wiki.api.plugin import Instance, hookimpl
from wiki.api.reading import Reader, get_title, page_exists
from wiki.api.translation import ngettext

from .models import HELD, OPEN, CommentRow, MentionRow, ThreadRow
from .store import comments_of, is_team, looks_after, threads_of
from .threads import mentioned

#: what was said longer ago is asked about no more
_LATELY = timedelta(days=30)
#: pages that are looked at, the ones with the newest words
_PAGES = 500


def tell(reader: Reader, comment: CommentRow, path: str) -> None:
    """Writes to those whom the comment names and who want to know at once; others have digests.

    Asked once it stands; asked again it does nothing more.
    """
    instance = reader.instance
    if comment.state != OPEN:
        return
    for id in mentioned(instance, comment.id):
        person = get_person(instance.private, id)
        if person is None or person.disabled or id == comment.person:
            continue
        wish = following(instance.private, id)
        if wish.paused or wish.rhythm != "now":
            continue
        theirs = Reader(instance, person)
        if page_exists(theirs, path):
            send_mail(instance, _letter(instance, theirs, person, comment, path))


def _letter(
    instance: Instance, theirs: Reader, person: Person, comment: CommentRow, path: str
) -> Mail:
    by = get_person(instance.private, comment.person) if comment.person else None
    return compose_mail(
        instance,
        f"comments:{comment.id}:{person.id}",
        person,
        "comments/mail/mention",
        path=comment_url(path, comment.thread),
        by=by.name if by else comment.name,
        title=get_title(theirs, path),
        words=comment.words,
    )


def comment_url(path: str, thread: str) -> str:
    """Where one reads the thread."""
    return action_url("comments", path, {"which": "all"}) + f"#c-{thread}"


@hookimpl
def waiting(reader: Reader) -> list[Waiting]:
    """What was said lately and waits for the person: by name, in answer, about their pages."""
    if reader.person is None:
        return []
    lines: list[Waiting] = []
    since = reader.instance.private.now() - _LATELY
    for path in _pages(reader.instance, since):
        if not page_exists(reader, path):
            continue
        threads = threads_of(reader, path, ThreadRow.resolved.is_(None))
        said = comments_of(reader.instance, threads)
        told = _named(reader, path, said, since)
        told = told or _answered(reader, path, said, since)
        lines.extend(told)
        if looks_after(reader, path):
            lines.extend(_of_team(reader, path, said, since, bool(told)))
    return lines


def _pages(instance: Instance, since: datetime) -> Sequence[str]:
    asked = (
        select(ThreadRow.path)
        .join(CommentRow, CommentRow.thread == ThreadRow.id)
        .where(ThreadRow.path != "", ThreadRow.resolved.is_(None), CommentRow.created >= since)
        .distinct()
        .order_by(ThreadRow.path)
        .limit(_PAGES)
    )
    return instance.private.list_rows(asked)


def _named(
    reader: Reader, path: str, said: Mapping[str, Sequence[CommentRow]], since: datetime
) -> Iterator[Waiting] | list[Waiting]:
    """A line where a comment names the person, who has not said anything after it."""
    mine = reader.person.id if reader.person else ""
    ids = [row.id for rows in said.values() for row in rows]
    asked = select(MentionRow.comment).where(MentionRow.person == mine, MentionRow.comment.in_(ids))
    by_name = set(reader.instance.private.list_rows(asked))
    rows = [
        row
        for comments in said.values()
        for row in comments
        if row.id in by_name
        and row.state == OPEN
        and row.created >= since
        and not any(one.person == mine and one.created > row.created for one in comments)
    ]
    if not rows:
        return []
    words = ngettext(
        "A comment on {title} names you", "{count} comments on {title} name you", len(rows)
    )
    return [_line(reader, path, words, rows, rows[-1].thread)]


def _answered(
    reader: Reader, path: str, said: Mapping[str, Sequence[CommentRow]], since: datetime
) -> list[Waiting]:
    """A line where somebody answered in a thread after the person's own last word."""
    mine = reader.person.id if reader.person else ""
    rows: list[CommentRow] = []
    for comments in said.values():
        own = [row.created for row in comments if row.person == mine]
        if own:
            rows += [
                row
                for row in comments
                if row.person != mine
                and row.words
                and row.state == OPEN
                and row.created > max(max(own), since)
            ]
    if not rows:
        return []
    words = ngettext(
        "You were answered in a conversation about {title}",
        "You were answered {count} times in conversations about {title}",
        len(rows),
    )
    return [_line(reader, path, words, rows, rows[-1].thread)]


def _of_team(
    reader: Reader,
    path: str,
    said: Mapping[str, Sequence[CommentRow]],
    since: datetime,
    told: bool,
) -> Iterator[Waiting]:
    """Lines for who looks after the page: what waits to be let through, what is open."""
    mine = reader.person.id if reader.person else ""
    others = [row for rows in said.values() for row in rows if row.person != mine and row.words]
    held = [row for row in others if row.state == HELD]
    if held and is_team(reader, path):
        words = ngettext(
            "A comment on {title} waits to be let through",
            "{count} comments on {title} wait to be let through",
            len(held),
        )
        yield _line(reader, path, words, held)
    new = [row for row in others if row.state == OPEN and row.created >= since]
    if new and not told:
        words = ngettext(
            "A comment on {title} is open", "{count} comments on {title} are open", len(new)
        )
        yield _line(reader, path, words, new)


def _line(
    reader: Reader, path: str, words: str, rows: Sequence[CommentRow], thread: str = ""
) -> Waiting:
    return Waiting(
        words.format(count=len(rows), title=get_title(reader, path)),
        comment_url(path, thread) if thread else action_url("comments", path),
        max(row.created for row in rows),
    )
