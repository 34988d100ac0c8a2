"""What someone without an account has filled in, kept until they have one.

Whoever has its token reads it and may send it under their account; the row knows only a hash of it.
Bounded in size, in number by network and for all, and in time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.errors import TooLarge
from wiki.people.accounts.mail_tokens import hash_token
from wiki.people.limits.durable import count_attempts, door_limits
from wiki.people.models.texts import DepositRow
from wiki.people.store.database import Database
from wiki.translation import gettext as _

#: bytes of one: twice the longest form there is
LARGEST = 40_000
#: a day: from one network (an evening's Wi-Fi is one), and from all
_NETWORK, _ALL = 300, 2_000
_LONGEST_TOKEN = 100

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Deposit:
    """The form called ``form``, filled in: its ``fields``, and what is ``shown`` of it.

    ``url``: where what was made of it stands, "" as long as it was not sent. ``until``: when it is
    forgotten.
    """

    form: str
    fields: Pairs
    shown: Pairs
    url: str
    until: datetime


def keep(database: Database, form: str, fields: Pairs, shown: Pairs, *, address: str) -> str:
    """Keeps a form; its token. ``address``: where it came from. Raises TooLarge, TooMany."""
    kept, told = _json(fields), _json(shown)
    if len(kept) + len(told) > LARGEST:
        raise TooLarge(_("This is too long to be kept until you have an account: shorten it."))
    limits = door_limits(database, "deposit", address, network=_NETWORK, most=_ALL)
    count_attempts(database, limits)
    token = token_urlsafe(32)
    with database.session() as session:
        forget_the_past(session, database.now())
        session.add(
            DepositRow(
                id=hash_token(token),
                form=form,
                fields=kept,
                shown=told,
                url="",
                expires=database.now() + database.times().deposit,
            )
        )
    return token


def find(database: Database, token: str) -> Deposit | None:
    """What the token is for; None where it is over, or never was."""
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    row = database.find_value(
        select(DepositRow).where(
            DepositRow.id == hash_token(token), DepositRow.expires > database.now()
        )
    )
    if row is None:
        return None
    return Deposit(row.form, _pairs(row.fields), _pairs(row.shown), row.url, row.expires)


def note(database: Database, token: str, form: str, url: str, time: timedelta) -> None:
    """Notes for some ``time`` what came of a form that was sent at once."""
    with database.session() as session:
        forget_the_past(session, database.now())
        row = DepositRow(id=hash_token(token), form=form, fields="[]", shown="[]", url=url)
        row.expires = database.now() + time
        session.merge(row)


def close(database: Database, token: str, url: str) -> None:
    """Notes that it was sent, and what came of it; its words are kept no longer."""
    with database.session() as session:
        row = session.get(DepositRow, hash_token(token))
        if row is not None:
            row.fields = row.shown = "[]"
            row.url = url


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes those that nobody came back for."""
    session.execute(delete(DepositRow).where(DepositRow.expires <= now))


def _json(pairs: Pairs) -> str:
    """In ASCII: no database stumbles over what was typed."""
    return json.dumps([list(pair) for pair in pairs])


def _pairs(text: str) -> Pairs:
    return [(name, value) for name, value in json.loads(text)]
