"""Tokens between two sisters: what each says beside its matter, and how it is known to be true."""

from datetime import UTC, datetime
from typing import Any

from wiki.errors import BadRequest, Forbidden, NotFound, WikiError
from wiki.instance import Instance
from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.registry import Sister
from wiki.sisters.keys import Signed, read_token, sign
from wiki.sisters.poll import TASK
from wiki.sisters.statement import CLOCKS
from wiki.task_queue import wake
from wiki.translation import gettext as _


class UnknownKey(WikiError):
    """It may hold once its sender was asked for its key: to be sent again."""

    status = 425  # type: ignore[assignment]


def token_for(instance: Instance, sister: Sister, **said: Any) -> str:
    """What is ``said`` to the sister, signed."""
    claims = {
        "iss": instance.settings.public_url,
        "aud": sister.address,
        "iat": int(instance.private.now().timestamp()),
        **said,
    }
    return sign(instance.private, claims)


def verified(instance: Instance, token: str, longest: int) -> tuple[Sister, Signed]:
    """The sister that says it, and what it says. Raises WikiError."""
    said = read_token(token, longest)
    issuer = said.claims.get("iss")
    known = registry.by_name(instance.private).values()
    sister = next((one for one in known if one.address == issuer), None)
    if sister is None:
        raise NotFound(_("This site does not know that one."))
    if sister.blocked:
        raise Forbidden(_("This site takes nothing from that one."))
    if said.claims.get("aud") != instance.settings.public_url:
        raise BadRequest(_("This is for another site."))
    if said.kid != sister.kid:
        # It may have another key since it was asked last: its statement tells.
        exchanges.note_doubt(instance.private, sister.name)
        wake(instance.settings, TASK)
        raise UnknownKey(_("This is signed with a key that is not known here yet."))
    said.check(sister.key)
    at = said.claims.get("iat")
    now = instance.private.now()
    if not isinstance(at, int) or not 0 <= at < 32_503_680_000:
        raise BadRequest(_("What it says is not written as a Carrefour writes it."))
    if abs(datetime.fromtimestamp(at, UTC) - now) > CLOCKS:
        words = _("Its clock and ours are more than {minutes} minutes apart: {time}.")
        there = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
        raise BadRequest(words.format(minutes=CLOCKS.seconds // 60, time=there))
    return sister, said
