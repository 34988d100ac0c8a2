"""Passkeys: made on a device of their owner, who proves there that it is them.

The device asks for a finger, a face or a code before it signs (user verification), so a passkey
alone is two factors: something that one has, and what opens it. We keep the public half.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wiki.errors import BadField
from wiki.people.accounts.factors.parties import Party
from wiki.people.accounts.rows import as_person
from wiki.people.models.accounts import PersonRow
from wiki.people.models.factors import PasskeyRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

#: of one account
MOST = 20
LONGEST_NAME = 100
#: characters of what a browser sends about a key; none that we ask for comes near it
LONGEST_ANSWER = 20_000
#: bytes of what an authenticator may call a key, as the standard bounds it
_LONGEST_ID = 1023
#: milliseconds that the browser waits for its owner
_PATIENCE = 300_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner sees it; ``synced``: it is on several of their devices."""

    id: str
    name: str
    synced: bool
    created: datetime
    used: datetime | None


class PasskeyRefused(Exception):
    """What a browser sent proves nothing; its words are for the log."""


def creation_options(
    database: Database, party: Party, person: Person, challenge: bytes
) -> dict[str, Any]:
    """What ``navigator.credentials.create`` is asked for: a key that is found without a name."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json_dict(
        generate_registration_options(
            rp_id=party.host,
            rp_name=party.name,
            user_id=_handle(person.id),
            user_name=person.email,
            user_display_name=person.name,
            challenge=challenge,
            timeout=_PATIENCE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(database, person.id),
        )
    )


def request_options(
    database: Database, party: Party, challenge: bytes, person_id: str = ""
) -> dict[str, Any]:
    """What ``navigator.credentials.get`` is asked for; for no ``person_id``, any key of the site.

    Then it tells nobody whose keys there are: the device knows them.
    """
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json_dict(
        generate_authentication_options(
            rp_id=party.host,
            challenge=challenge,
            timeout=_PATIENCE,
            allow_credentials=_descriptors(database, person_id) if person_id else [],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def add_passkey(
    database: Database, party: Party, person_id: str, answer: str, challenge: bytes, name: str
) -> Passkey:
    """Keeps the key that the browser has made. Raises BadField, with what to do."""
    try:
        made = _made_key(party, answer, challenge)
    except PasskeyRefused as error:
        _log.info("passkey of %s refused: %s", person_id, error)
        raise BadField("", _("This passkey was not made as it should. Please try again.")) from None
    row = PasskeyRow(**made, person=person_id, name=_checked_name(name), created=database.now())
    try:
        with database.session() as session:
            database.lock(session, f"passkeys:{person_id}")
            mine = select(func.count()).where(PasskeyRow.person == person_id)
            if (session.scalar(mine) or 0) >= MOST:
                raise BadField(
                    "", _("You have twenty passkeys: remove one before you add another.")
                )
            session.add(row)
            session.flush()
            added = value_of(Passkey, row)
    except IntegrityError as error:
        raise BadField("", _("This passkey is in use already.")) from error
    _log.info("passkey added to %s", person_id)
    return added


def find_owner(
    database: Database, party: Party, answer: str, challenge: bytes, person_id: str = ""
) -> Person | None:
    """Whose key has answered ``challenge``; None alike for all that can be wrong.

    With a ``person_id``, theirs alone is good.
    """
    try:
        with database.session() as session:
            row, person = _known_key(session, answer)
            if person.disabled or (person_id and person.id != person_id):
                raise PasskeyRefused("not theirs, or a closed account")
            row.uses, row.synced = _proved_use(party, answer, challenge, row)
            row.used = database.now()
            return as_person(person)
    except PasskeyRefused as error:
        _log.info("passkey refused: %s", error)
        return None


def list_passkeys(database: Database, person_id: str) -> Sequence[Passkey]:
    """The passkeys of an account, the oldest first."""
    mine = select(PasskeyRow).where(PasskeyRow.person == person_id)
    rows = database.list_rows(mine.order_by(PasskeyRow.created, PasskeyRow.id))
    return [value_of(Passkey, row) for row in rows]


def rename_passkey(database: Database, person_id: str, id: str, name: str) -> None:
    """Calls it so; one that is not there is no fault. Raises BadField."""
    mine = (PasskeyRow.person == person_id, PasskeyRow.id == id)
    database.execute(update(PasskeyRow).where(*mine).values(name=_checked_name(name)))


def remove_passkey(database: Database, person_id: str, id: str) -> str | None:
    """Lets it in no more; returns what it was called, None where there was none."""
    with database.session() as session:
        gone = delete(PasskeyRow).where(PasskeyRow.person == person_id, PasskeyRow.id == id)
        name = session.scalar(gone.returning(PasskeyRow.name))
    if name is not None:
        _log.info("passkey of %s removed", person_id)
    return name


def _checked_name(name: str) -> str:
    shown = " ".join(name.split())
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise BadField("name", _("Give it a name of up to 100 characters."))
    return shown


def _handle(person_id: str) -> bytes:
    # It opens nothing and says nothing of the person: it is the id that stands in commits.
    return person_id.encode()


def _descriptors(database: Database, person_id: str) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    known = {one.value: one for one in AuthenticatorTransport}
    asked = select(PasskeyRow.credential, PasskeyRow.transports)
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(credential),
            transports=[known[word] for word in transports.split()],
        )
        for credential, transports in database.list_tuples(
            asked.where(PasskeyRow.person == person_id)
        )
    ]


def _made_key(party: Party, answer: str, challenge: bytes) -> dict[str, Any]:
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json

    sent = _read(answer)
    try:
        told = parse_registration_credential_json(sent)
        made = verify_registration_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as error:
        # Whatever a stranger's bytes have the parsers raise is a refusal.
        raise PasskeyRefused(f"{type(error).__name__}: {error}"[:300]) from error
    if len(made.credential_id) > _LONGEST_ID:
        raise PasskeyRefused("too long an id")
    credential = bytes_to_base64url(made.credential_id)
    transports = (one.value for one in told.response.transports or ())
    return {
        "id": _key_of(credential),
        "credential": credential,
        "public_key": bytes_to_base64url(made.credential_public_key),
        "transports": " ".join(dict.fromkeys(transports))[:100],
        "uses": made.sign_count,
        "synced": made.credential_backed_up,
    }


def _known_key(session: Session, answer: str) -> tuple[PasskeyRow, PersonRow]:
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    sent = _read(answer)
    try:
        # Written as we write it, however it was sent.
        credential = bytes_to_base64url(base64url_to_bytes(sent["rawId"]))
        told = sent["response"].get("userHandle")
        handle = None if told is None else base64url_to_bytes(told)
    except Exception as error:
        raise PasskeyRefused(type(error).__name__) from error
    row = session.get(PasskeyRow, _key_of(credential))
    person = session.get(PersonRow, row.person) if row else None
    if row is None or person is None:
        raise PasskeyRefused("unknown")
    if handle is not None and handle != _handle(person.id):
        raise PasskeyRefused("another's handle")
    return row, person


def _proved_use(party: Party, answer: str, challenge: bytes, row: PasskeyRow) -> tuple[int, bool]:
    """What the authenticator counts by now, and whether the key is on several devices.

    A count that is not above the last one is refused, as of a copy; keys that are on several
    devices count nothing and say 0.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    try:
        proved = verify_authentication_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.uses,
            require_user_verification=True,
        )
    except Exception as error:
        raise PasskeyRefused(f"{type(error).__name__}: {error}"[:300]) from error
    return proved.new_sign_count, proved.credential_backed_up


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused("too long")
    try:
        sent = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused("no JSON") from error
    if not isinstance(sent, dict):
        raise PasskeyRefused("no object")
    return sent


def _key_of(credential: str) -> str:
    return sha256(credential.encode()).hexdigest()
