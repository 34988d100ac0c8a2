"""Kinds of providers of single sign-on: what goes with each, here and there.

What an administrator of each finds in its own pages is called as it is called there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wiki.translation import lazy


@dataclass(frozen=True)
class Preset:
    """A kind: what ``settings`` to fill in for it, and in words its address and what it is told.

    ``logs_out``: it takes an address to come back to from logging out.
    """

    key: str
    name: str
    settings: Mapping[str, Any]
    address: Any
    steps: Sequence[Any]
    logs_out: bool = True


_PLAIN = {"oidc_scopes": "openid email profile", "oidc_trust_email": False}

PRESETS: Mapping[str, Preset] = {
    one.key: one
    for one in (
        Preset(
            "proconnect",
            "ProConnect",
            {
                "oidc_name": "ProConnect",
                "oidc_scopes": "openid given_name usual_name email siret uid",
                "oidc_trust_email": True,
            },
            lazy("https://DOMAIN/api/v2, with the domain that ProConnect gives for tests or use."),
            (
                lazy("Signature of the identity token and of userinfo: ES256 or RS256, not HS256."),
                lazy("Data: given_name, usual_name, email, siret and uid."),
                lazy("It says of no address that it is verified, so the wiki has to trust it."),
            ),
        ),
        Preset(
            "keycloak",
            "Keycloak",
            _PLAIN,
            lazy("https://login.example.org/realms/REALM, without a slash at the end."),
            (
                lazy("A client of type OpenID Connect, with “Client authentication” on."),
                lazy("“Standard flow” alone, and PKCE by S256 if you wish."),
                lazy("“Email verified” is on for each person whose address was checked."),
            ),
        ),
        Preset(
            "authentik",
            "Authentik",
            {**_PLAIN, "oidc_trust_email": True},
            lazy("https://login.example.org/application/o/SLUG/, with the slash at the end."),
            (
                lazy("A provider of type OAuth2/OpenID, client type “Confidential”."),
                lazy("A “Signing Key”: without one it signs by the secret, which is refused."),
                lazy("It says of no address that it is verified, so the wiki has to trust it."),
            ),
        ),
        Preset(
            "entra",
            "Microsoft Entra",
            {**_PLAIN, "oidc_name": "Microsoft"},
            lazy("https://login.microsoftonline.com/TENANT/v2.0, with your tenant’s ID."),
            (
                lazy("An app registration for this organization alone, platform “Web”."),
                lazy("Optional claims of the ID token: email and xms_edov."),
                lazy("The value of a client secret, not its ID; it ends on a day that you choose."),
            ),
        ),
        Preset(
            "google",
            "Google",
            {**_PLAIN, "oidc_name": "Google", "oidc_issuer": "https://accounts.google.com"},
            lazy("https://accounts.google.com for everybody."),
            (
                lazy("An OAuth client of type “Web application”."),
                lazy("Audience “Internal”, where your organisation alone is to come in."),
                lazy("It has no page for logging out: people log out there themselves."),
            ),
            logs_out=False,
        ),
    )
}


def preset_values(preset: Preset) -> dict[str, Any]:
    """What is filled in for a kind, by the names of settings."""
    return {"oidc_kind": preset.key, **preset.settings}
