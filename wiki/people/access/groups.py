"""Groups of people, kept by administrators and by their keepers: made, filled, left, ended.

A group gives nothing by itself: a head names it (``groupe:<name>``, ``wiki.pages.members``). Who is
in it, groups in groups included, is asked of ``wiki.people.membership`` at each request.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.pages.words import slug
from wiki.people.accounts.rows import as_person
from wiki.people.audit import record_audit
from wiki.people.limits.durable import DAY, attempt
from wiki.people.membership import closure, groups_of
from wiki.people.models.accounts import PersonRow
from wiki.people.models.groups import GroupMemberRow, GroupPartRow, GroupRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

TITLE = 100
_NAME = 60
#: groups made by a person a day; groups in all; people in one, groups in one
_PER_DAY, _GROUPS, _MEMBERS, _PARTS = 30, 1000, 1000, 50
#: the roles that make groups
_MAKERS = ("programme", "admin")


@dataclass(frozen=True)
class Group:
    """A group that stands; ``open``: its members see who else is in it."""

    name: str
    title: str
    open: bool
    created: datetime


@dataclass(frozen=True)
class Belonging:
    """Someone in a group; a ``keeper`` says who else is."""

    person: Person
    keeper: bool


def may_make(person: Person) -> bool:
    """Whether the person makes groups: the programme team and administrators."""
    return person.role in _MAKERS and not person.disabled and not person.held


def may_keep(database: Database, person: Person, name: str) -> bool:
    """Whether the person says who is in the group: administrators, and its keepers."""
    if person.disabled:
        return False
    if person.role == "admin":
        return True
    row = database.find_row(GroupMemberRow, (name, person.id))
    return row is not None and row.keeper


def groups_seen_by(database: Database, person: Person) -> list[Group]:
    """The groups that the person knows of, by title: their own; administrators know of all."""
    asked = select(GroupRow).where(GroupRow.ended.is_(None)).order_by(GroupRow.title)
    if person.role != "admin":
        asked = asked.where(GroupRow.name.in_(groups_of(database, person.id)))
    return [value_of(Group, row) for row in database.list_rows(asked)]


def find_group(database: Database, name: str) -> Group | None:
    """The group of that name, if it stands."""
    row = database.find_row(GroupRow, name[:_NAME])
    return value_of(Group, row) if row is not None and row.ended is None else None


def group_titles(database: Database) -> dict[str, str]:
    """Name → title of all groups that stand."""

    def ask() -> dict[str, str]:
        asked = select(GroupRow.name, GroupRow.title).where(GroupRow.ended.is_(None))
        return {row.name: row.title for row in database.list_tuples(asked)}

    return database.remembered(("group titles",), ask)


def people_in(database: Database, name: str) -> list[Belonging]:
    """Who is in the group themselves, by name."""
    rows = database.list_tuples(
        select(PersonRow, GroupMemberRow.keeper)
        .join(GroupMemberRow, GroupMemberRow.person == PersonRow.id)
        .where(GroupMemberRow.group == name)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return [Belonging(as_person(row), keeper) for row, keeper in rows]


def groups_in(database: Database, name: str) -> list[Group]:
    """The groups that are in it themselves."""
    rows = database.list_rows(
        select(GroupRow)
        .join(GroupPartRow, GroupPartRow.part == GroupRow.name)
        .where(GroupPartRow.group == name, GroupRow.ended.is_(None))
        .order_by(GroupRow.title)
    )
    return [value_of(Group, row) for row in rows]


def make_group(database: Database, title: str, *, open: bool, by: Person) -> Group:
    """A new group that ``by`` keeps. Raises BadField, AlreadyExists, TooMany.

    The name of one that has ended is not taken again: heads may name it still.
    """
    shown = _title(title)
    name = slug(shown)[:_NAME].strip("-")
    if not name:
        raise BadField("title", _("Give the group a name of letters or digits."))
    attempt(database, f"group:{by.id}", _PER_DAY, DAY)
    with database.session("groups") as session:
        if session.get(GroupRow, name) is not None:
            words = _("There is, or was, a group called “{name}”: choose another name.")
            raise AlreadyExists(words.format(name=name))
        if (session.scalar(select(func.count()).select_from(GroupRow)) or 0) >= _GROUPS:
            raise BadField("title", _("There are as many groups as there can be."))
        now = database.now()
        row = GroupRow(name=name, title=shown, open=open, created=now, ended=None)
        session.add(row)
        session.flush()
        session.add(GroupMemberRow(group=name, person=by.id, keeper=True, since=now))
        record_audit(database, by.id, "group-made", name, session=session)
        return value_of(Group, row)


def change_group(database: Database, name: str, title: str, *, open: bool) -> None:
    """Gives the group another title, not another name; says whether members see each other."""
    shown = _title(title)
    with database.session() as session:
        row = session.get(GroupRow, name)
        if row is not None:
            row.title, row.open = shown, open


def end_group(database: Database, name: str, *, by: str) -> None:
    """It gives nobody anything any more, and nobody is in it."""
    with database.session("groups") as session:
        row = session.get(GroupRow, name, with_for_update=True)
        if row is None or row.ended is not None:
            return
        row.ended = database.now()
        session.execute(delete(GroupMemberRow).where(GroupMemberRow.group == name))
        parts = (GroupPartRow.group == name) | (GroupPartRow.part == name)
        session.execute(delete(GroupPartRow).where(parts))
        record_audit(database, by, "group-ended", name, session=session)


def add_member(database: Database, name: str, person_id: str, *, by: str) -> None:
    """Puts someone in the group; again is nothing. Raises BadField, NotFound."""
    with database.session("groups") as session:
        _check_stands(session.get(GroupRow, name))
        if session.get(GroupMemberRow, (name, person_id)) is not None:
            return
        count = select(func.count()).where(GroupMemberRow.group == name)
        if (session.scalar(count) or 0) >= _MEMBERS:
            raise BadField("who", _("A group holds {count} people.").format(count=_MEMBERS))
        now = database.now()
        session.add(GroupMemberRow(group=name, person=person_id, keeper=False, since=now))
        record_audit(database, by, "group-in", person_id, name, session=session)


def remove_member(database: Database, name: str, person_id: str, *, by: str) -> None:
    """Takes someone out of the group; who is not in it is no fault."""
    with database.session("groups") as session:
        row = session.get(GroupMemberRow, (name, person_id))
        if row is not None:
            session.delete(row)
            record_audit(database, by, "group-out", person_id, name, session=session)


def set_keeper(database: Database, name: str, person_id: str, *, keeper: bool, by: str) -> None:
    """Says whether someone in the group keeps it."""
    with database.session("groups") as session:
        row = session.get(GroupMemberRow, (name, person_id))
        if row is not None and row.keeper != keeper:
            row.keeper = keeper
            what = "group-keeper" if keeper else "group-no-keeper"
            record_audit(database, by, what, person_id, name, session=session)


def add_part(database: Database, name: str, part: str, *, by: str) -> None:
    """Puts the people of the group ``part`` in the group. Raises BadField for a circle, NotFound.

    A circle would do no harm: each is counted once. But nobody could say who decides.
    """
    with database.session("groups") as session:
        _check_stands(session.get(GroupRow, name))
        if (other := session.get(GroupRow, part)) is None or other.ended is not None:
            raise BadField("part", _("There is no such group."))
        held: dict[str, set[str]] = {}
        for row in session.execute(select(GroupPartRow.group, GroupPartRow.part)):
            held.setdefault(row.group, set()).add(row.part)
        if name in closure([part], held):
            words = _("“{part}” holds this group, itself or by another: it cannot be in it too.")
            raise BadField("part", words.format(part=other.title))
        if part in held.get(name, ()):
            return
        if len(held.get(name, ())) >= _PARTS:
            raise BadField("part", _("A group holds {count} groups.").format(count=_PARTS))
        session.add(GroupPartRow(group=name, part=part))
        record_audit(database, by, "group-part", name, part, session=session)


def remove_part(database: Database, name: str, part: str, *, by: str) -> None:
    """Takes the people of ``part`` out of the group again."""
    with database.session("groups") as session:
        row = session.get(GroupPartRow, (name, part))
        if row is not None:
            session.delete(row)
            record_audit(database, by, "group-no-part", name, part, session=session)


def _check_stands(row: GroupRow | None) -> None:
    if row is None or row.ended is not None:
        raise NotFound(_("There is no such group."))


def _title(title: str) -> str:
    shown = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    if not shown or len(shown) > TITLE:
        raise BadField("title", _("Give a name of at most {count} characters.").format(count=TITLE))
    return shown
