"""Who is in which group, groups in groups included; each is counted once, whatever holds what."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from wiki.people.models.groups import GroupMemberRow, GroupPartRow, GroupRow
from wiki.people.store.database import Database


def groups_of(database: Database, person_id: str) -> frozenset[str]:
    """The names of the groups that the account is in, itself or by a group in them."""

    def ask() -> frozenset[str]:
        mine = select(GroupMemberRow.group).where(GroupMemberRow.person == person_id)
        direct = database.list_rows(mine)
        if not direct:
            return frozenset()
        holders: dict[str, set[str]] = {}
        for group, part in _parts(database):
            holders.setdefault(part, set()).add(group)
        return closure(direct, holders) & _standing(database)

    return database.remembered(("groups of", person_id), ask)


def member_ids(database: Database, group: str) -> frozenset[str]:
    """The accounts that are in the group, themselves or by a group in it."""

    def ask() -> frozenset[str]:
        held: dict[str, set[str]] = {}
        for name, part in _parts(database):
            held.setdefault(name, set()).add(part)
        standing = _standing(database)
        if group not in standing:
            return frozenset()
        names = closure([group], held) & standing
        asked = select(GroupMemberRow.person).where(GroupMemberRow.group.in_(names))
        return frozenset(database.list_rows(asked))

    return database.remembered(("members of", group), ask)


def group_names(database: Database) -> frozenset[str]:
    """The groups that stand."""
    return database.remembered(("group names",), lambda: _standing(database))


def closure(names: Iterable[str], following: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """``names`` with all that follow from them, however they lead back to each other."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += following.get(name, ())
    return frozenset(found)


def _parts(database: Database) -> list[tuple[str, str]]:
    """Group and part, where both stand: one that has ended passes nothing on."""
    standing = _standing(database)
    rows = database.list_tuples(select(GroupPartRow.group, GroupPartRow.part))
    return [(group, part) for group, part in rows if {group, part} <= standing]


def _standing(database: Database) -> frozenset[str]:
    asked = select(GroupRow.name).where(GroupRow.ended.is_(None))
    return frozenset(database.list_rows(asked))
