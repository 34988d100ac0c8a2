"""Who has an account, and what an admin or the person changes of it, its end included."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.pages.members import GROUP
from wiki.people.accounts.access_tokens import revoke_all
from wiki.people.accounts.devices import end_trust
from wiki.people.accounts.fields import check_lang, check_name, fold_email
from wiki.people.accounts.mail_tokens import cancel
from wiki.people.accounts.passwords import check_password, hash_password
from wiki.people.accounts.rows import as_person, new_row
from wiki.people.accounts.sessions import end_sessions
from wiki.people.audit import NOBODY, record_audit
from wiki.people.membership import member_ids
from wiki.people.models.accounts import GrantRow, PersonRow
from wiki.people.person import ROLES, Person, require_sure
from wiki.people.store.database import Database
from wiki.translation import gettext as _

#: How many keys one question holds; SQLite takes 32,766 at most.
_AT_ONCE = 500
_log = logging.getLogger(__name__)


def add_person(
    database: Database,
    *,
    email: str,
    name: str,
    role: str = "member",
    password: str | None = None,
    lang: str = "fr",
    by: str = NOBODY,
) -> Person:
    """An account made ``by`` someone. Raises BadField, and AlreadyExists for a known address."""
    folded, shown = fold_email(email), check_name(name)
    _check_role(role)
    check_lang(lang)
    if password is not None:
        check_password(password, (shown, folded))
    password_hash = None if password is None else hash_password(password)
    row = new_row(database, folded, shown, role, lang, password_hash)
    try:
        with database.session() as session:
            session.add(row)
            session.flush()
            person = as_person(row)
            if by != NOBODY:
                record_audit(database, by, "account", person.id, role, session=session)
    except IntegrityError as error:
        raise AlreadyExists(_("This address has an account already.")) from error
    _log.info("account %s made as %s", person.id, role)
    return person


def get_person(database: Database, person_id: str) -> Person | None:
    """The account with this id."""
    row = database.find_row(PersonRow, person_id)
    return as_person(row) if row else None


def as_by_now(database: Database, person: Person) -> Person:
    """``person`` with the page and the rights of the account by now; as it was, if it has ended.

    Whether it is ``held`` stays as it is given: that only ever ends, and may be waived before.
    """

    def look() -> Sequence[tuple[str | None, str, bool, str | None]]:
        columns = PersonRow.page, PersonRow.role, PersonRow.disabled, GrantRow.guest
        asked = select(*columns).outerjoin(GrantRow, GrantRow.person == PersonRow.id)
        rows = database.list_tuples(asked.where(PersonRow.id == person.id))
        return [(page, role, since is not None, guest) for page, role, since, guest in rows]

    found = database.remembered(("account by now", person.id), look)
    if not found:
        return person
    page, role, disabled, _guest = found[0]
    grants = frozenset(f"guest:{guest}" for *_account, guest in found if guest is not None)
    return replace(person, page=page, role=role, disabled=disabled, grants=grants)


def find_person(database: Database, email: str) -> Person | None:
    """The account with this address, however it is written."""
    try:
        folded = fold_email(email)
    except BadField:
        return None
    row = database.find_value(select(PersonRow).where(PersonRow.email == folded))
    return as_person(row) if row else None


def people_by_id(database: Database, ids: Iterable[str]) -> dict[str, Person]:
    """Id → account, for those that exist."""
    return {person.id: person for person in _among(database, "id", ids)}


def people_by_page(database: Database, pages: Iterable[str]) -> dict[str, Person]:
    """Path of a person page → the account joined to it, for those that have one."""
    return {person.page: person for person in _among(database, "page", pages) if person.page}


def accounts_named(database: Database, names: Iterable[str]) -> list[Person]:
    """The accounts behind the names of a team's line, each once, in its order.

    A name is the path of a person page, or a group's (``groupe:<name>``): whoever is in it.
    """
    return accounts_of_teams(database, {"": list(names)})[""]


def accounts_of_teams(
    database: Database, teams: Mapping[str, Collection[str]]
) -> dict[str, list[Person]]:
    """As ``accounts_named``, for many teams at once."""
    wanted = {name for team in teams.values() for name in team}
    inside = {
        name: member_ids(database, name.removeprefix(GROUP))
        for name in wanted
        if name.startswith(GROUP)
    }
    joined = people_by_page(database, wanted - inside.keys())
    in_groups = people_by_id(database, {one for ids in inside.values() for one in ids})

    def behind(name: str) -> list[Person]:
        if name in inside:
            people = (in_groups[one] for one in inside[name] if one in in_groups)
            return sorted(people, key=lambda one: (one.name, one.id))
        return [joined[name]] if name in joined else []

    return {
        key: list({one.id: one for name in team for one in behind(name)}.values())
        for key, team in teams.items()
    }


def list_people(
    database: Database, *, role: str | None = None, after: str = "", limit: int = 100
) -> list[Person]:
    """Up to ``limit`` accounts by address, beyond the address ``after``; of one role if given."""
    asked = select(PersonRow).where(PersonRow.email > after)
    if role is not None:
        asked = asked.where(PersonRow.role == role)
    return [
        as_person(row) for row in database.list_rows(asked.order_by(PersonRow.email).limit(limit))
    ]


def search_people(
    database: Database, words: str = "", *, after: str = "", limit: int = 50
) -> list[Person]:
    """As ``list_people``, those whose name or address holds ``words``; every one where it is ""."""
    asked = select(PersonRow).where(PersonRow.email > after).order_by(PersonRow.email).limit(limit)
    if words:
        asked = asked.where(
            or_(
                PersonRow.name.icontains(words, autoescape=True),
                PersonRow.email.contains(words.lower(), autoescape=True),
            )
        )
    return [as_person(row) for row in database.list_rows(asked)]


def count_people(database: Database) -> int:
    """How many accounts there are."""
    return database.find_value(select(func.count()).select_from(PersonRow)) or 0


def set_role(database: Database, person_id: str, role: str, *, by: Person) -> Person:
    """Gives a role; ``by`` is who does it, and sure. Raises BadField, Forbidden, NotFound.

    The last admin stays one.
    """
    require_sure(by)
    _check_role(role)

    def change(session: Session, row: PersonRow) -> None:
        if role != "admin":
            keep_an_admin(database, session, row)
        _log.info("role of %s: %s, was %s, by %s", row.id, role, row.role, by.id)
        record_audit(database, by.id, "role", row.id, f"{row.role} → {role}", session=session)
        row.role = role

    return _change(database, person_id, change)


def set_disabled(database: Database, person_id: str, disabled: bool, *, by: str) -> Person:
    """Closes an account at once, sessions and mailed links included, or opens it again."""

    def change(session: Session, row: PersonRow) -> None:
        if disabled:
            keep_an_admin(database, session, row)
            end_sessions(session, row.id)
            cancel(session, row.id)
            revoke_all(session, row.id)
        _log.info("account %s %s by %s", row.id, "disabled" if disabled else "enabled", by)
        record_audit(database, by, "blocked" if disabled else "unblocked", row.id, session=session)
        row.disabled = (row.disabled or database.now()) if disabled else None

    return _change(database, person_id, change)


def set_profile(database: Database, person_id: str, *, name: str, lang: str) -> Person:
    """Changes what the person chooses freely. Raises BadField, NotFound."""
    shown = check_name(name)
    check_lang(lang)

    def change(session: Session, row: PersonRow) -> None:
        row.name, row.lang = shown, lang

    return _change(database, person_id, change)


def set_page(database: Database, person_id: str, page: str | None, *, by: str) -> Person:
    """Joins the account to a person page, or to none. Raises BadField where it is another's."""

    def change(session: Session, row: PersonRow) -> None:
        _log.info("page of %s: %s, was %s, by %s", row.id, page, row.page, by)
        record_audit(database, by, "page", row.id, page or "", session=session)
        row.page = page

    try:
        return _change(database, person_id, change)
    except IntegrityError as error:
        raise BadField("page", _("This page belongs to another account.")) from error


def set_password(
    database: Database, person_id: str, password: str, *, keep: str | None = None
) -> None:
    """Sets it and ends every session but ``keep`` (a cookie's value). Raises BadField.

    Whoever calls has asked for the present password, or is an admin's command.
    """
    row = database.find_row(PersonRow, person_id)
    own_words = (row.name, row.email) if row else ()
    check_password(password, own_words)
    password_hash = hash_password(password)
    with database.session() as session:
        row = session.get(PersonRow, person_id)
        if row is not None:
            replace_password(session, row, password_hash, keep=keep)


def replace_password(
    session: Session, row: PersonRow, password_hash: str, *, keep: str | None = None
) -> None:
    """Every session but ``keep``, every mailed link and token ends with the old password."""
    row.password_hash = password_hash
    end_sessions(session, row.id, keep=keep)
    cancel(session, row.id)
    revoke_all(session, row.id)
    end_trust(session, row.id)
    _log.info("password of %s changed", row.id)


def keep_an_admin(database: Database, session: Session, row: PersonRow) -> None:
    """Raises BadField where the account is the last admin's, who is about to be one no more."""
    if row.role != "admin" or row.disabled:
        return
    database.lock(session, "admins")
    others = session.scalar(
        select(func.count()).where(
            PersonRow.role == "admin", PersonRow.disabled.is_(None), PersonRow.id != row.id
        )
    )
    if not others:
        raise BadField("role", _("The wiki needs an admin: make someone else admin first."))


def _change(
    database: Database, person_id: str, change: Callable[[Session, PersonRow], None]
) -> Person:
    with database.session() as session:
        row = session.get(PersonRow, person_id)
        if row is None:
            raise NotFound(_("There is no such account."))
        change(session, row)
        session.flush()
        return as_person(row)


def _among(database: Database, column: str, keys: Iterable[str]) -> Iterable[Person]:
    wanted: Collection[str] = list(dict.fromkeys(keys))
    with database.reading() as session:
        for start in range(0, len(wanted), _AT_ONCE):
            part = list(wanted)[start : start + _AT_ONCE]
            rows = session.scalars(select(PersonRow).where(getattr(PersonRow, column).in_(part)))
            yield from [as_person(row) for row in rows]


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise BadField("role", _("There is no such role."))
