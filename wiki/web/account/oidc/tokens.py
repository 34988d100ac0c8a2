"""Tokens of the provider of single sign-on: signed by a key of its own, for us, in their time.

An id_token says who has logged in; userinfo may be signed in the same way, as ProConnect does.
Authlib and joserfc are imported by whoever comes this way, and by no other.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from wiki.people.accounts.sign_ons import LONGEST_SUBJECT

#: signatures with a key of the provider's own; never none, never one made with a shared secret
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
#: seconds that two clocks may differ
LEEWAY = 120
LONGEST_TOKEN = 100_000

#: the provider's public keys: those that are kept, or, when told True, asked for anew
Keys = Callable[[bool], Any]


class ProviderFailed(Exception):
    """The provider is down, or said something that cannot be believed; words for the log alone.

    ``issuer``: what it calls itself, where that is not what it was looked for by.
    """

    def __init__(self, words: str, *, issuer: str = "") -> None:
        super().__init__(words)
        self.issuer = issuer


def allowed_algorithms(metadata: Mapping[str, Any], kind: str) -> list[str]:
    """Those of ALGORITHMS that the provider says it signs an ``id_token`` or ``userinfo`` with."""
    said = metadata.get(f"{kind}_signing_alg_values_supported")
    return [one for one in ALGORITHMS if not isinstance(said, list) or one in said]


def check_id_token(
    token: object,
    keys: Keys,
    algorithms: list[str],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: object = None,
) -> dict[str, Any]:
    """The claims of an id_token that is the provider's, for us, fresh and of this flow.

    Raises ProviderFailed.
    """
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    header, claims = _decoded("id_token", token, keys, algorithms)
    try:
        CodeIDToken(
            claims,
            header,
            options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            params={
                "nonce": nonce,
                "client_id": client_id,
                "access_token": access_token if isinstance(access_token, str) else None,
            },
        ).validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ProviderFailed(f"id_token refused: {type(error).__name__}") from error
    if claims.get("exp", 0) < time.time() - LEEWAY:
        raise ProviderFailed("id_token refused: its time is over")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ProviderFailed("id_token refused: it says nobody")
    if not subject.isprintable():
        raise ProviderFailed("id_token refused: its subject cannot be written down")
    return claims


def check_userinfo(
    token: object, keys: Keys, algorithms: list[str], *, issuer: str, client_id: str
) -> dict[str, Any]:
    """The claims of userinfo that is signed as an id_token is. Raises ProviderFailed.

    Whom it is about is for the caller to compare.
    """
    from joserfc.errors import JoseError
    from joserfc.jwt import JWTClaimsRegistry

    _header, claims = _decoded("userinfo", token, keys, algorithms)
    wanted = JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
    )
    try:
        wanted.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderFailed(f"userinfo refused: {type(error).__name__}") from error
    return claims


def _decoded(
    what: str, token: object, keys: Keys, algorithms: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, once the signature is right; keys that changed are asked for again."""
    from joserfc import jwt
    from joserfc.errors import JoseError, UnsupportedAlgorithmError

    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise ProviderFailed(f"no {what} of a fair size")
    if not algorithms:
        # An empty list would stand for all that the library knows.
        raise ProviderFailed(f"{what} refused: have the provider sign it by a key of its own")
    try:
        try:
            found = jwt.decode(token, keys(False), algorithms=algorithms)
        except UnsupportedAlgorithmError:
            raise
        except (JoseError, ValueError):
            found = jwt.decode(token, keys(True), algorithms=algorithms)
        return dict(found.header), dict(found.claims)
    except UnsupportedAlgorithmError as error:
        ways = " or ".join(algorithms[:6])
        raise ProviderFailed(f"{what} refused: have the provider sign it by {ways}") from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ProviderFailed(f"{what} refused: {type(error).__name__}") from error
