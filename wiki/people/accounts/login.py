"""How someone comes in: by signing up, by password, by a link in a mail.

An address that has an account and one that has none are answered alike, in the words, in the work
done and in the rows written; the difference is told in the mail alone, to whoever owns the address.
"""

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, lazyload

from wiki.config import Settings
from wiki.errors import BadField, Forbidden, TooMany
from wiki.people.accounts.codes import check_code, code_of, count_use, keep_code
from wiki.people.accounts.directory import replace_password
from wiki.people.accounts.fields import check_lang, check_name, fold_email
from wiki.people.accounts.mail_tokens import MailLink, issue, peek, use
from wiki.people.accounts.passwords import check_password, hash_password, is_outdated, verify
from wiki.people.accounts.rows import as_person, new_row
from wiki.people.limits.durable import (
    HOUR,
    QUARTER,
    Limit,
    client_network,
    count_attempts,
    forgive,
    take_back,
)
from wiki.people.models.accounts import PersonRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.translation import gettext as _
from wiki.translation import ngettext

#: Failures that a slip of the fingers may have before each further one waits.
_FREE = 3
#: Seconds below which a wait is told in seconds.
_SHORT = 60
#: An evening is 500 phones on one Wi-Fi: an address may fail this many times as often.
_ADDRESS_FACTOR = 20


def register(
    database: Database,
    settings: Settings,
    *,
    email: str,
    name: str,
    password: str | None,
    lang: str,
    address: str,
    held: bool = False,
    code: str = "",
) -> MailLink:
    """Begins a sign-up; the account exists once the mailed link is followed (``confirm``).

    Without a password, one logs in by mailed links. ``address`` is where the request came from.
    What a ``held`` account writes is read by someone first; not where they bring a ``code``.
    Raises Forbidden where sign-up is closed, BadField, TooMany.
    """
    if settings.registration == "closed":
        raise Forbidden(_("Accounts are opened by invitation here. Please write to the team."))
    if code or settings.registration == "invitation":
        code, held = check_code(database, code, address=address), False
    folded, shown = fold_email(email), check_name(name)
    check_lang(lang)
    if password is not None:
        check_password(password, (shown, folded))
    count_attempts(
        database,
        [
            Limit(f"register:{folded}", settings.resets_per_hour, HOUR),
            Limit(f"register@{client_network(address)}", settings.registrations_per_hour, HOUR),
        ],
    )
    password_hash = None if password is None else hash_password(password)
    with database.session() as session:
        row = _find(session, folded)
        if row is None:
            link = MailLink("confirm", folded, shown, lang)
            link = issue(database, session, link, password_hash=password_hash, held=held)
            if code:
                keep_code(session, link.token, code)
            return link
        return _issue_to(database, session, row, "known")


def confirm(database: Database, token: str) -> Person | None:
    """The account of a sign-up link, made now; None if the link is used, old or wrong.

    Raises Forbidden where the code that it was begun with has been used up meanwhile; the link
    stays good.
    """
    try:
        with database.session() as session:
            code = code_of(session, token)
            spent = use(database, session, token, {"confirm"})
            if spent is None:
                return None
            row = _find(session, spent.email)
            if row is None:
                row = new_row(
                    database, spent.email, spent.name, "member", spent.lang, spent.password_hash
                )
                row.held = database.now() if spent.held else None
                if code:
                    count_use(database, session, code)
                session.add(row)
                session.flush()
            return None if row.disabled else as_person(row)
    except IntegrityError:
        # Two links of one address at the same moment: the other made the account.
        return None


def authenticate(
    database: Database,
    settings: Settings,
    *,
    email: str,
    password: str,
    address: str,
    device: Callable[[str], str] = lambda _person: "",
) -> Person | None:
    """Who logs in with this password; None alike for all that can be wrong. Raises TooMany.

    ``device``: told an account, the id of the device that is known for it, or "". Failures there
    count by themselves; elsewhere by account and address together, by account, and by address.
    """
    try:
        folded = fold_email(email)
    except BadField:
        # No account can have it; it is tried all the same, so that it takes as long.
        folded = ""
    with database.reading() as session:
        row = _find(session, folded)
        person = as_person(row) if row else None
        password_hash = row.password_hash if row else None
    account, place = f"login:{folded or email}", f"login@{client_network(address)}"
    known = device(person.id if person else "")
    both = f"{account}#{known}" if known else f"{account}@{client_network(address)}"
    failures = settings.login_failures_per_15_min
    limits = [Limit(both, failures, QUARTER, free=_FREE)]
    if not known:
        limits.append(Limit(account, failures, QUARTER))
        limits.append(Limit(place, failures * _ADDRESS_FACTOR, QUARTER))
    try:
        count_attempts(database, limits)
    except TooMany as error:
        raise _too_many_wrong(error.retry_after) from error
    right = verify(password_hash, password)
    if not right or person is None or password_hash is None or person.disabled:
        return None
    tries = forgive(database, both)
    if not known:
        # What others tried elsewhere still counts: else each log-in gave them as many again.
        take_back(database, account, tries)
        take_back(database, place)
    if is_outdated(password_hash):
        database.execute(
            update(PersonRow)
            .where(PersonRow.id == person.id, PersonRow.password_hash == password_hash)
            .values(password_hash=hash_password(password))
        )
    return person


def _too_many_wrong(wait: int) -> TooMany:
    if wait < _SHORT:
        words = ngettext(
            "That did not go together several times. Please try again in {count} second.",
            "That did not go together several times. Please try again in {count} seconds.",
            wait,
        ).format(count=wait)
    else:
        minutes = -(-wait // 60)
        words = ngettext(
            "Too many wrong passwords. Please come back in a minute; a link by mail lets you in"
            " at once.",
            "Too many wrong passwords. Please come back in {count} minutes; a link by mail lets"
            " you in at once.",
            minutes,
        ).format(count=minutes)
    return TooMany(words, retry_after=wait)


def ask_login_link(
    database: Database, settings: Settings, *, email: str, lang: str, address: str
) -> MailLink:
    """A link to log in with; alike for an unknown address. Raises BadField, TooMany."""
    return _ask(database, settings, "login", email, lang, address)


def ask_reset_link(
    database: Database, settings: Settings, *, email: str, lang: str, address: str
) -> MailLink:
    """A link to set a new password with; alike for an unknown address. Raises BadField, TooMany."""
    return _ask(database, settings, "reset", email, lang, address)


def log_in_with(database: Database, token: str) -> Person | None:
    """Who a mailed link logs in, using it up; None if it is used, old or wrong."""
    with database.session() as session:
        spent = use(database, session, token, {"login", "known"})
        row = session.get(PersonRow, spent.person) if spent else None
        return None if row is None or row.disabled else as_person(row)


def reset_password(database: Database, token: str, password: str) -> Person | None:
    """Uses a reset link up, sets the password, ends every session; None if the link is no good.

    A refused password leaves the link good. Raises BadField.
    """
    link = peek(database, token)
    if link is None or link.purpose != "reset":
        return None
    check_password(password, (link.name, link.email))
    password_hash = hash_password(password)
    with database.session() as session:
        spent = use(database, session, token, {"reset"})
        row = session.get(PersonRow, spent.person) if spent else None
        if row is None or row.disabled:
            return None
        replace_password(session, row, password_hash)
        person = as_person(row)
    forgive(database, f"login:{person.email}")
    return person


def _ask(
    database: Database, settings: Settings, purpose: str, email: str, lang: str, address: str
) -> MailLink:
    folded = fold_email(email)
    check_lang(lang)
    rate = settings.resets_per_hour
    place = settings.login_failures_per_15_min * _ADDRESS_FACTOR
    count_attempts(
        database,
        [
            Limit(f"mail-{purpose}:{folded}", rate, HOUR),
            Limit(f"mail-{purpose}@{client_network(address)}", place, QUARTER),
        ],
    )
    with database.session() as session:
        row = _find(session, folded)
        if row is None:
            return issue(database, session, MailLink("unknown", folded, "", lang))
        return _issue_to(database, session, row, purpose)


def _issue_to(database: Database, session: Session, row: PersonRow, purpose: str) -> MailLink:
    link = MailLink("closed" if row.disabled else purpose, row.email, row.name, row.lang)
    return issue(database, session, link, person=row.id)


def _find(session: Session, email: str) -> PersonRow | None:
    # Grants only where they are wanted: a second query would tell who has an account by its time.
    found = select(PersonRow).where(PersonRow.email == email)
    return session.scalar(found.options(lazyload(PersonRow.grants)))
