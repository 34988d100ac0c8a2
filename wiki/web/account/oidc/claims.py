"""What claims say of a person: name, address, organisation. Each kind of provider has its own ways.

| kind | names | says that the address is theirs by |
| --- | --- | --- |
| any | ``name``; ``given_name`` and ``usual_name`` or ``family_name`` | ``email_verified`` |
| ProConnect | ``given_name`` and ``usual_name`` | nothing |
| Entra | ``name`` | ``xms_edov``: its domain is one that the tenant has shown to be its own |
| Google | ``name`` | ``email_verified``, of addresses that are Google's to give: Gmail, or ``hd`` |
"""

import re
from collections.abc import Mapping
from typing import Any

from wiki.people.accounts.sign_ons import Vouched

_SIRET = re.compile("[0-9]{14}")

Claims = Mapping[str, Any]


def says_enough(id_token: Claims) -> bool:
    """Whether an id_token needs no userinfo beside it: it has an address, and a name."""
    return isinstance(id_token.get("email"), str) and bool(_name(id_token))


def vouched_by(kind: str, issuer: str, id_token: Claims, userinfo: Claims) -> Vouched:
    """Who it is, by both; what the id_token says holds.

    An address and whether it is verified come from one of them: of two addresses the one that
    nobody verified must not stand in the other's light.
    """
    addressed = id_token if isinstance(id_token.get("email"), str) else userinfo
    claims = {**userinfo, **id_token}
    email = addressed.get("email")
    siret = claims.get("siret")
    return Vouched(
        issuer,
        id_token["sub"],
        email if isinstance(email, str) else "",
        _name(claims),
        verified=_is_verified(kind, addressed),
        siret=siret if isinstance(siret, str) and _SIRET.fullmatch(siret) else "",
    )


def _is_verified(kind: str, claims: Claims) -> bool:
    """Whether the provider says that the address is this person's, and may say so."""
    verified = claims.get("email_verified") is True
    if kind == "entra":
        # It says nothing of mailboxes; the optional claim comes as true, 1 or "1".
        return verified or str(claims.get("xms_edov")).lower() in ("true", "1")
    if kind == "google":
        # Any other address was shown to be theirs once, and may be another's by now.
        gmail = str(claims.get("email")).lower().endswith("@gmail.com")
        return verified and (gmail or isinstance(claims.get("hd"), str))
    return verified


def _name(claims: Claims) -> str:
    family = claims.get("usual_name") or claims.get("family_name")
    parts = [claims.get("given_name"), family]
    whole = " ".join(part for part in parts if isinstance(part, str))
    for name in (claims.get("name"), whole, claims.get("preferred_username")):
        if isinstance(name, str) and name.strip():
            return name
    return ""
