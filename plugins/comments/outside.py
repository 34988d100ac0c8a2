"""What is answered on other sites: comments that somebody reads first, with their source."""

from secrets import token_hex

from sqlalchemy import func, select

from wiki.api.errors import WikiError
from wiki.api.limits import DAY, Limit, count_attempts
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, page_exists
from wiki.api.tables import birth_name
from wiki.api.web.networks import OutsideComment

from .models import HELD, TABLES, CommentRow, SourceRow, ThreadRow
from .store import alone
from .threads import HELD_A_DAY, THREADS, checked, take_back

#: a day, of one site
_OF_ONE = 200


def take(instance: Instance, said: OutsideComment) -> bool:
    """Keeps it, held; see ``take_comment``."""
    if not page_exists(Reader(instance), said.path):
        return False
    try:
        words = checked(said.words)
        known = _find(instance, said.source)
        if known is not None or said.again:
            return known is not None and _change(instance, known, said, words)
        limits = [Limit(f"comments@{said.host}", _OF_ONE, DAY)]
        limits.append(Limit(f"comments>{said.path}", HELD_A_DAY, DAY))
        count_attempts(instance.private, limits)
    except WikiError:
        return False
    return _begin(instance, said, words)


def withdraw(instance: Instance, source: str) -> None:
    """Takes it back; see ``withdraw_comment``."""
    row = _find(instance, source)
    comment = instance.private.find_row(CommentRow, row.comment) if row is not None else None
    if comment is not None:
        take_back(instance, comment)


def source_of(instance: Instance, comment: CommentRow) -> str:
    """Where one reads a comment that was written on another site; "" for those written here."""
    row = instance.private.find_row(SourceRow, comment.id) if comment.words else None
    return row.url if row is not None else ""


def _find(instance: Instance, source: str) -> SourceRow | None:
    asked = select(SourceRow).where(SourceRow.source == source)
    return instance.private.find_value(asked)


def _begin(instance: Instance, said: OutsideComment, words: str) -> bool:
    private, born = instance.private, birth_name(instance, said.path)
    if born is None:
        return False
    with private.about(said.path, *TABLES), private.session(f"comments>{said.path}") as session:
        here = (ThreadRow.path == said.path, ThreadRow.born == born, ThreadRow.resolved.is_(None))
        if (session.scalar(select(func.count()).where(*here)) or 0) >= THREADS:
            return False
        thread = ThreadRow(
            id=token_hex(8),
            path=said.path,
            born=born,
            chapter=False,
            quote="",
            start=0,
            end=0,
            place=said.path,
            revision=Reader(instance).head,
            lost=False,
            created=private.now(),
        )
        session.add(thread)
        session.flush()
        comment = CommentRow(
            id=token_hex(8),
            thread=thread.id,
            person=None,
            name=said.author[:200],
            words=words,
            state=HELD,
            created=private.now(),
        )
        session.add(comment)
        session.flush()
        session.add(SourceRow(comment=comment.id, source=said.source, url=said.url))
    return True


def _change(instance: Instance, known: SourceRow, said: OutsideComment, words: str) -> bool:
    """Other words are read first again."""
    comment = instance.private.find_row(CommentRow, known.comment)
    with alone(instance, comment.thread if comment is not None else "") as found:
        row = found[0].get(CommentRow, known.comment) if found else None
        if row is None:
            return False
        if row.words and row.words != words:
            row.words, row.state, row.changed = words, HELD, instance.private.now()
            row.name = said.author[:200]
    return True
