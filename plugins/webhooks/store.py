"""The rows: an address named, changed, turned off and on; messages put, taken, settled."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes, token_hex

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from wiki.api.errors import BadField, NotFound
from wiki.api.people import record_audit
from wiki.api.plugin import Instance
from wiki.api.tables import birth_name
from wiki.api.translation import gettext

from .happenings import Happening
from .models import HookRow, MessageRow, SeenRow
from .payload import TEST

#: addresses of one person; messages that wait for one address; those that are kept, and how long
MOST, WAITING, KEPT, KEPT_FOR = 20, 500, 50, timedelta(days=30)
#: how long messages are signed with the former secret too
BOTH_SECRETS = timedelta(days=1)
WAITS, SENT, FAILED, DROPPED = "waits", "sent", "failed", "dropped"
LOCK = "webhooks"


@dataclass(frozen=True)
class Wish:
    """What a form says of an address: where it is, in which form, what it is told of."""

    name: str
    form: str
    address: str
    host: str
    token: str
    room: str
    scope: str
    word: str
    path: str
    kinds: tuple[str, ...]


def new_secret() -> str:
    """What messages are signed with, as the standard writes it."""
    return "whsec_" + base64.b64encode(token_bytes(24)).decode()


def add_hook(instance: Instance, person_id: str, wish: Wish) -> HookRow:
    """The address, on from now. Raises BadField."""
    private = instance.private
    now = private.now()
    with private.session(LOCK) as session:
        asked = select(func.count()).select_from(HookRow).where(HookRow.person == person_id)
        if (session.scalar(asked) or 0) >= MOST:
            words = gettext("You have {count} addresses already: delete one first.")
            raise BadField("", words.format(count=MOST))
        row = HookRow(
            id=token_hex(8),
            person=person_id,
            name=wish.name,
            form=wish.form,
            host=wish.host,
            address_secret=wish.address,
            access_secret=wish.token,
            room=wish.room,
            secret=new_secret(),
            former_secret="",
            former_until=None,
            scope=wish.scope,
            word=wish.word,
            path=wish.path,
            born=birth_name(instance, wish.path) if wish.path else None,
            kinds=" ".join(wish.kinds),
            created=now,
            off="",
            failures=0,
            due=now,
        )
        session.add(row)
        _begin(instance, session)
        record_audit(private, person_id, "webhook", row.id, wish.host, session=session)
        return row


def _begin(instance: Instance, session: Session) -> None:
    """Has what happens noticed from now on: what was before is told to nobody."""
    if session.get(SeenRow, 1) is None:
        session.add(SeenRow(id=1, head=instance.repository.head()))


def hooks_of(instance: Instance, person_id: str | None) -> list[HookRow]:
    """The addresses that someone named, or (None) everybody; the last one first."""
    asked = select(HookRow).order_by(HookRow.created.desc(), HookRow.id)
    if person_id is not None:
        asked = asked.where(HookRow.person == person_id)
    return instance.private.list_rows(asked)


def find_hook(instance: Instance, id: str) -> HookRow:
    """The address of that id. Raises NotFound."""
    row = instance.private.find_row(HookRow, id)
    if row is None:
        raise NotFound(gettext("There is no such address."))
    return row


def delete_hook(instance: Instance, hook: HookRow, by: str) -> None:
    """Ends it, and its messages."""
    with instance.private.session(LOCK) as session:
        session.execute(delete(MessageRow).where(MessageRow.hook == hook.id))
        session.execute(delete(HookRow).where(HookRow.id == hook.id))
        record_audit(instance.private, by, "no-webhook", hook.id, hook.host, session=session)


def rotate_secret(instance: Instance, hook: HookRow, by: str) -> str:
    """A new secret; messages are signed with the former one too for a day."""
    secret = new_secret()
    until = instance.private.now() + BOTH_SECRETS
    values = {"secret": secret, "former_secret": hook.secret, "former_until": until}
    with instance.private.session(LOCK) as session:
        session.execute(update(HookRow).where(HookRow.id == hook.id).values(**values))
        record_audit(instance.private, by, "webhook-secret", hook.id, hook.host, session=session)
    return secret


def signs_with_both(instance: Instance, hook: HookRow) -> datetime | None:
    """Until when messages are signed with the former secret too; None where they are not."""
    until = hook.former_until
    return until if until is not None and until > instance.private.now() else None


def turn_off(instance: Instance, hook: HookRow, why: str) -> bool:
    """Sends it nothing more; what waits is not sent. Whether it was on."""
    with instance.private.session(LOCK) as session:
        row = session.get(HookRow, hook.id)
        if row is None or row.off:
            return False
        row.off = why
        values = {"state": FAILED, "said": "", "done": instance.private.now()}
        waits = (MessageRow.hook == hook.id, MessageRow.state == WAITS)
        session.execute(update(MessageRow).where(*waits).values(**values))
        return True


def turn_on(instance: Instance, hook: HookRow) -> None:
    """Tells it again what is new from now on."""
    now = instance.private.now()
    values = {"off": "", "failures": 0, "due": now}
    with instance.private.session(LOCK) as session:
        _begin(instance, session)
        session.execute(update(HookRow).where(HookRow.id == hook.id).values(**values))


def put_test(instance: Instance, hook: HookRow) -> None:
    """Has a message sent that says nothing but that it is one. Raises BadField while it is off."""
    if hook.off:
        raise BadField("", gettext("Turn it on first: while it is off, nothing is sent."))
    with instance.private.session(LOCK) as session:
        put_message(session, hook, Happening(TEST, "", ""), instance.private.now())
        session.execute(
            update(HookRow).where(HookRow.id == hook.id).values(due=instance.private.now())
        )


def put_message(session: Session, hook: HookRow, one: Happening, at: datetime) -> None:
    """A message that waits; one of the same about the same thing is that one."""
    waits = (MessageRow.hook == hook.id, MessageRow.state == WAITS)
    same = select(MessageRow.id).where(
        *waits,
        MessageRow.what == one.what,
        MessageRow.path == one.path,
        MessageRow.identity == one.identity,
    )
    if session.scalar(same.limit(1)) is not None:
        return
    count = session.scalar(select(func.count()).select_from(MessageRow).where(*waits)) or 0
    if count >= WAITING:
        return
    row = MessageRow(
        id=f"msg_{token_hex(12)}",
        hook=hook.id,
        what=one.what,
        path=one.path,
        identity=one.identity,
        at=at,
        state=WAITS,
        tries=0,
        status=0,
        said="",
        done=None,
    )
    session.add(row)
    session.flush()


def send_again(instance: Instance, hook: HookRow, id: str) -> None:
    """Has a message sent once more. Raises NotFound, and BadField while the address is off."""
    if hook.off:
        raise BadField("", gettext("Turn it on first: while it is off, nothing is sent."))
    with instance.private.session(LOCK) as session:
        row = session.get(MessageRow, id)
        if row is None or row.hook != hook.id:
            raise NotFound(gettext("There is no such message."))
        row.state, row.tries, row.status, row.said, row.done = WAITS, 0, 0, "", None
        session.execute(
            update(HookRow).where(HookRow.id == hook.id).values(due=instance.private.now())
        )


def messages_of(instance: Instance, hook: HookRow) -> Sequence[MessageRow]:
    """Its messages, the last one first."""
    order = (MessageRow.at.desc(), MessageRow.id)
    asked = select(MessageRow).where(MessageRow.hook == hook.id).order_by(*order).limit(KEPT)
    return instance.private.list_rows(asked)


def forget_old(instance: Instance) -> None:
    """Deletes the messages that were settled long ago."""
    before = instance.private.now() - KEPT_FOR
    old = (MessageRow.state != WAITS, MessageRow.at < before)
    instance.private.execute(delete(MessageRow).where(*old))
