"""Threads and comments as rows: those of a page, and who may do what with them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import Session

from wiki.api.pages import Page
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, page_exists
from wiki.api.tables import still_about

from .models import OPEN, TABLES, CommentRow, ThreadRow

#: what one page shows of its threads
SHOWN = 300
#: roles that let a first message through wherever they may read the page
_MODERATORS = ("programme", "admin")
#: blocks by which a page asks its readers what they think
_ASKING = ("retours", "feedback")


def may_comment(reader: Reader, page: Page) -> bool:
    """Whether they may: accounts wherever they read; visitors where a page asks for their words."""
    if reader.person is not None or reader.may_comment_by_link(page.path):
        return True
    if reader.access(page.path).group != "public":
        return False  # a link shows them the page, to be read
    asks = any(one.name in _ASKING for one in page.document.blocks)
    return asks or reader.may_propose(page.path)


def is_held(reader: Reader, path: str) -> bool:
    """Whether what they say is read over first: nobody knows them, nor let them comment."""
    if reader.person is None:
        return not reader.may_comment_by_link(path)
    return reader.person.held


def is_team(reader: Reader, path: str) -> bool:
    """Whether the person resolves what is said of the page: its team, or its writers if none."""
    if reader.person is None or reader.person.held or not page_exists(reader, path):
        return False
    if reader.may_change_rights(path):
        return True
    return reader.access(path).team_page is None and reader.may_edit(path)


def looks_after(reader: Reader, path: str) -> bool:
    """Whether the page is theirs to look after: nobody is told of all the pages they may write."""
    if not page_exists(reader, path):
        return False
    return reader.access(path).team_page in reader.teams


def may_let_through(reader: Reader, row: CommentRow, path: str) -> bool:
    """Whether the person says that a held comment stands; nobody does of their own."""
    person = reader.person
    if person is None or person.id == row.person:
        return False
    if is_team(reader, path):
        return True
    # What is for a team is its own to moderate, by whomever else it is read.
    for_team = reader.access(path).group.startswith("team:")
    return person.role in _MODERATORS and page_exists(reader, path) and not for_team


def threads_of(reader: Reader, path: str, *conditions: ColumnElement[bool]) -> list[ThreadRow]:
    """The threads about the page that stands there now, the first one first."""
    asked = select(ThreadRow).where(ThreadRow.path == path, *conditions)
    asked = asked.order_by(ThreadRow.created, ThreadRow.id).limit(SHOWN)
    rows = reader.instance.private.list_rows(asked)
    return still_about(reader.instance, rows, lambda row: (row.path, row.born))


#: the open threads of a page that everyone who reads it sees; made once, for each page asks it
_SEEN_BY_ALL = (
    select(ThreadRow.__table__.c.path, ThreadRow.__table__.c.born)
    .where(
        ThreadRow.path == bindparam("path"),
        ThreadRow.resolved.is_(None),
        exists().where(
            CommentRow.thread == ThreadRow.id, CommentRow.state == OPEN, CommentRow.words != ""
        ),
    )
    .limit(SHOWN)
)
#: the pages with open threads, of so many at most; where there are more, each page asks
_FEW = 1_000
_OPEN_PATHS = select(ThreadRow.path).where(ThreadRow.resolved.is_(None)).distinct().limit(_FEW + 1)


def count_open(reader: Reader, path: str) -> int:
    """The threads that everyone who reads the page sees, and that are not resolved."""
    asked, private = ("comments open", path), reader.instance.private
    with private.about(path, *TABLES):
        paths = private.remembered("comments open", lambda: private.list_rows(_OPEN_PATHS))
        if len(paths) <= _FEW and path not in paths:
            return 0  # as of most pages, which need not ask
        if asked not in reader.memory:
            with private.reading() as session:
                rows = session.execute(_SEEN_BY_ALL, {"path": path}).all()
            reader.memory[asked] = len(still_about(reader.instance, rows, tuple))
    return int(reader.memory[asked])


def comments_of(instance: Instance, threads: Sequence[ThreadRow]) -> dict[str, list[CommentRow]]:
    """Thread → what was said in it, the first word first."""
    found: dict[str, list[CommentRow]] = {row.id: [] for row in threads}
    asked = select(CommentRow).where(CommentRow.thread.in_(found))
    for row in instance.private.list_rows(asked.order_by(CommentRow.created, CommentRow.id)):
        found[row.thread].append(row)
    return found


def seen_by(
    reader: Reader, path: str, threads: Sequence[ThreadRow]
) -> list[tuple[ThreadRow, list[CommentRow]]]:
    """The threads with what this reader may see of each: held words are for their author and team.

    A thread of which they see nothing is left out.
    """
    said = comments_of(reader.instance, threads)
    mine = reader.person.id if reader.person else ""
    found = []
    for thread in threads:
        rows = [
            row
            for row in said[thread.id]
            if row.state == OPEN
            or (mine and row.person == mine)
            or may_let_through(reader, row, path)
        ]
        if any(row.words for row in rows):
            found.append((thread, rows))
    return found


def began(reader: Reader, comments: Sequence[CommentRow]) -> bool:
    """Whether the person began the thread of these comments."""
    return bool(reader.person and comments and comments[0].person == reader.person.id)


@contextmanager
def alone(instance: Instance, thread_id: str) -> Iterator[tuple[Session, ThreadRow] | None]:
    """A transaction in which the thread is nobody else's; None where it is gone."""
    with instance.private.session(f"comments:{thread_id}") as session:
        row = session.get(ThreadRow, thread_id, with_for_update=True)
        with instance.private.about(row.path, *TABLES) if row else nullcontext():
            yield (session, row) if row else None
            session.flush()


def find_thread(instance: Instance, thread_id: str) -> ThreadRow | None:
    """The thread of that id."""
    return instance.private.find_row(ThreadRow, thread_id)


def find_comment(instance: Instance, comment_id: str) -> CommentRow | None:
    """The comment of that id."""
    return instance.private.find_row(CommentRow, comment_id)
