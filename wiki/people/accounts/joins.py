"""What ties private rows to page paths, and how it follows when pages move or go."""

from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from wiki.people.models.accounts import GrantRow, PersonRow
from wiki.people.models.counts import RequestRow
from wiki.people.models.invitations import HandoverRow, InvitationRow
from wiki.people.models.subscriptions import WatchRow
from wiki.people.models.tables import Base
from wiki.people.models.texts import DraftRow, ProposalRow, ReportRow
from wiki.people.store.database import Database
from wiki.people.targets import PAGE

#: what gives someone, or would give them, rights over the page at a path
_RIGHTS = (GrantRow.guest, InvitationRow.path, HandoverRow.path)


def move_page(database: Database, old: str, new: str) -> None:
    """``old``, and all below it, is now ``new``: accounts, guests, drafts, watches too.

    What was still tied to ``new`` belonged to a page that is gone; it does not pass to this one.
    Columns of plugins follow that say ``info={"page": True}`` (and take "" for no page).
    """
    with database.session() as session:
        _forget(session, new, drafts=False)
        moving = (PersonRow.page, *_RIGHTS, ProposalRow.path, ReportRow.path, RequestRow.path)
        for column in moving:
            session.execute(
                update(column.class_)
                .where(_at_or_below(column, old))
                .values({column: new + func.substr(column, len(old) + 1)})
                .execution_options(synchronize_session=False)
            )
        _follow(session, DraftRow, old, new)
        _follow_watches(session, old, new)
        _follow_columns(session, old, new)


def pages_below(database: Database, path: str) -> list[str]:
    """The pages at or below ``path`` that accounts are joined to."""
    found = database.list_rows(select(PersonRow.page).where(_at_or_below(PersonRow.page, path)))
    return [page for page in found if page is not None]


def joined_accounts(database: Database) -> list[tuple[str, str, bool]]:
    """The accounts that are joined to a page: their id, the page, whether they are in use."""
    asked = select(PersonRow.id, PersonRow.page, PersonRow.disabled.is_(None))
    found = database.list_tuples(asked.where(PersonRow.page.is_not(None)))
    return [(id_, page or "", used) for id_, page, used in found]


def guests(database: Database) -> list[tuple[str, str]]:
    """Who is a guest of which page: the account's id, the path."""
    found = database.list_tuples(select(GrantRow.person, GrantRow.guest))
    return [(person, path) for person, path in found]


def _follow(session: Session, row: Any, old: str, new: str) -> None:
    """Moves rows of which a person has one a page; one that is at the new path already stays.

    So a text of one's own is never dropped.
    """
    for one in session.scalars(select(row).where(_at_or_below(row.path, old))).all():
        path = new + one.path[len(old) :]
        if session.get(row, (one.person, path)) is None:
            one.path = path


def _follow_watches(session: Session, old: str, new: str) -> None:
    """As ``_follow``, of who follows a page or one below it."""
    moved = select(WatchRow).where(WatchRow.kind == PAGE, _at_or_below(WatchRow.target, old))
    for one in session.scalars(moved).all():
        path = new + one.target[len(old) :]
        if session.get(WatchRow, (one.follower, PAGE, path)) is None:
            one.target = path


def _follow_columns(session: Session, old: str, new: str) -> None:
    """Columns of plugins that say ``info={"page": True}``; rows of a page that is gone lose it."""
    for table in Base.metadata.sorted_tables:
        for column in (one for one in table.columns if one.info.get("page")):
            values = {column: new + func.substr(column, len(old) + 1)}
            session.execute(update(table).where(_at_or_below(column, new)).values({column: ""}))
            session.execute(update(table).where(_at_or_below(column, old)).values(values))


def forget_page(database: Database, path: str) -> None:
    """``path``, and all below it, is gone for good: nobody is its guest or joined to it."""
    with database.session() as session:
        _forget(session, path, drafts=True)


def _forget(session: Session, path: str, *, drafts: bool) -> None:
    session.execute(
        update(PersonRow)
        .where(_at_or_below(PersonRow.page, path))
        .values(page=None)
        .execution_options(synchronize_session=False)
    )
    for column in (*_RIGHTS, DraftRow.path) if drafts else _RIGHTS:
        session.execute(
            delete(column.class_)
            .where(_at_or_below(column, path))
            .execution_options(synchronize_session=False)
        )


def _at_or_below(column: Any, path: str) -> ColumnElement[bool]:
    # Not LIKE, which in SQLite takes Projets/ for projets/.
    return or_(column == path, func.substr(column, 1, len(path) + 1) == f"{path}/")
