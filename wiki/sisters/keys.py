"""Keys of sites, and what is signed with them: JWS (RFC 7515) by Ed25519 (RFC 8037, RFC 9864).

::

    first key ──signs itself──▶ chain[0]    second ──signed by the first──▶ chain[1]   …

Who has pinned any key of the chain follows it to the last. A key that was revoked says so itself;
the next one then begins a chain of its own, which nobody follows without a person's yes.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wiki.errors import BadRequest
from wiki.people.audit import NOBODY
from wiki.people.sisters import site_keys
from wiki.people.sisters.site_keys import SiteKey
from wiki.people.store.database import Database
from wiki.translation import gettext as _

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

_ALGORITHM = "Ed25519"
#: links of a chain that are followed
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Signed:
    """What a token says, and the key that it names as its own; verified once ``check`` was."""

    token: str
    kid: str
    claims: dict[str, Any]

    def check(self, key: str) -> None:
        """Raises BadRequest where it was not signed with the public ``key``, as JSON."""
        from joserfc import jws
        from joserfc.errors import JoseError
        from joserfc.jwk import OKPKey

        try:
            known = OKPKey.import_key(json.loads(key))
            if known.thumbprint() != self.kid:
                raise _unsigned()
            jws.deserialize_compact(self.token, known, algorithms=[_ALGORITHM])
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _unsigned() from error


def read_token(token: object, longest: int) -> Signed:
    """What ``token`` says; nothing of it is known to be true yet. Raises BadRequest."""
    from joserfc import jws
    from joserfc.errors import JoseError

    if not isinstance(token, str) or len(token) > longest or not token.isascii():
        raise _unsigned()
    try:
        read = jws.extract_compact(token.encode())
        claims, head = json.loads(read.payload), read.headers()
        # Half a character is no text: no row and no page could hold it.
        json.dumps([claims, head], ensure_ascii=False).encode()
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise _unsigned() from error
    kid = head.get("kid") if isinstance(head, dict) else None
    if not isinstance(claims, dict) or not isinstance(kid, str):
        raise _unsigned()
    return Signed(token, kid, claims)


def sign(database: Database, claims: dict[str, Any]) -> str:
    """``claims`` signed with this site's key."""
    return _signed(_key(own_key(database)), claims)


def own_key(database: Database) -> SiteKey:
    """The key that this site signs with, made where there is none yet."""
    keys = site_keys.listed(database)
    if not keys or keys[-1].revoked is not None:
        _add(database, len(keys), None, NOBODY)
        keys = site_keys.listed(database)
    return keys[-1]


def rotate(database: Database, by: str = NOBODY) -> SiteKey:
    """Signs with another key from now on, which the one before has signed."""
    before = own_key(database)
    _add(database, before.number + 1, before, by)
    return own_key(database)


def revoke(database: Database, by: str = NOBODY) -> SiteKey:
    """Has the present key say that nothing of it holds any more, and begins anew with another."""
    before = own_key(database)
    said = {"revoked": before.kid, "at": int(database.now().timestamp())}
    site_keys.revoke(database, before.kid, _signed(_key(before), said), by=by)
    return own_key(database)


def told_keys(database: Database) -> tuple[list[str], list[str]]:
    """The chain of keys as others are told it, from its first to the present; and revocations."""
    own_key(database)
    chain: list[str] = []
    revoked: list[str] = []
    for one in site_keys.listed(database):
        if one.revoked is not None:
            revoked.append(one.signed)
            chain = []
        else:
            chain.append(one.signed)
    return chain[-LONGEST_CHAIN:], revoked[-LONGEST_CHAIN:]


def follow_chain(chain: object, pinned: str) -> str:
    """The last key of ``chain``, as JSON, if ``pinned`` is one of it, or "" for whichever is first.

    "" where it is none of it. Raises BadRequest for a chain that does not hold together.
    """
    if not isinstance(chain, list) or not 0 < len(chain) <= LONGEST_CHAIN:
        raise _unsigned()
    known, before = not pinned, ""
    for token in chain:
        link = read_token(token, 4000)
        said = link.claims.get("key")
        if not isinstance(said, dict) or "d" in said:
            raise _unsigned()
        new = json.dumps(said, sort_keys=True)
        # A long chain begins in its middle: its first link counts where it is what was pinned.
        if before or link.kid == thumbprint(new):
            link.check(before or new)
        before = new
        known = known or thumbprint(new) == pinned
    return before if known else ""


def is_revoked(revoked: object, kid: str, key: str) -> bool:
    """Whether the key has said that it holds no more."""
    for token in revoked[:LONGEST_CHAIN] if isinstance(revoked, list) else ():
        said = read_token(token, 4000)
        if said.kid == kid and said.claims.get("revoked") == kid:
            said.check(key)
            return True
    return False


def thumbprint(key: str) -> str:
    """What the public ``key``, as JSON, is known by (RFC 7638). Raises BadRequest."""
    from joserfc.errors import JoseError
    from joserfc.jwk import OKPKey

    try:
        return str(OKPKey.import_key(json.loads(key)).thumbprint())
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _unsigned() from error


def fingerprint(kid: str) -> str:
    """A thumbprint as people read it to each other: in groups of four."""
    return " ".join(kid[at : at + 4] for at in range(0, len(kid), 4))


def _add(database: Database, number: int, before: SiteKey | None, by: str) -> None:
    from joserfc.jwk import OKPKey

    made = OKPKey.generate_key("Ed25519")
    claims = {"key": made.as_dict(private=False), "at": int(database.now().timestamp())}
    signed = _signed(made if before is None else _key(before), claims)
    key = json.dumps(made.as_dict(private=True))
    site_keys.add(database, made.thumbprint(), key, signed, number=number, by=by)


def _key(known: SiteKey) -> "OKPKey":
    from joserfc.jwk import OKPKey

    return OKPKey.import_key(json.loads(known.key))


def _signed(key: "OKPKey", claims: dict[str, Any]) -> str:
    from joserfc import jws

    header = {"alg": _ALGORITHM, "kid": key.thumbprint(), "typ": "carrefour+jws"}
    data = json.dumps(claims, separators=(",", ":")).encode()
    return jws.serialize_compact(header, data, key, algorithms=[_ALGORITHM])


def _unsigned() -> BadRequest:
    return BadRequest(_("What it says is not signed as a Carrefour signs."))
