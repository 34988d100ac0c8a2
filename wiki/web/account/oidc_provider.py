"""The provider of single sign-on, spoken to as OpenID Connect says: code flow, PKCE, state, nonce.

::

    begin() ──▶ its page ──▶ finish(): code ──▶ token ──▶ signature, issuer, audience, age, nonce

Its address is the operator's setting and nobody else's. Answers are bounded in size and time, and
no redirection is followed. Authlib is imported by whoever comes this way, and by no other.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wiki.config import Settings, is_loopback
from wiki.people.accounts.sign_ons import LONGEST_SUBJECT, Vouched

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

SCOPE = "openid email profile"
#: signatures with a key of the provider's own; never none, never one made with a shared secret
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
#: seconds that two clocks may differ
LEEWAY = 120
#: seconds that what the provider says of itself is kept, and its keys at least
_KEPT, _KEYS_KEPT = 3600.0, 60.0
_LONGEST_TOKEN = 100_000


class ProviderFailed(Exception):
    """The provider is down, or said something that cannot be believed; words for the log alone."""


@dataclass(frozen=True)
class Flow:
    """What one log-in under way must come back with, known to one browser."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider in ``settings``; thread-safe."""

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._redirect_uri = redirect_uri
        self._lock = Lock()
        self._metadata: tuple[float, Mapping[str, Any]] = (-_KEPT, {})
        self._keys: tuple[float, Any] = (-_KEPT, None)

    def check(self) -> None:
        """Asks it for all that a log-in begins with. Raises ProviderFailed."""
        from joserfc.errors import JoseError

        for name in ("authorization_endpoint", "token_endpoint"):
            self._endpoint(name)
        try:
            self._key_set(0)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderFailed(f"its keys cannot be read: {type(error).__name__}") from error

    def begin(self) -> tuple[str, Flow]:
        """Where to send the browser, and what to remember meanwhile. Raises ProviderFailed."""
        flow = Flow(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48))
        with self._asking() as session:
            url, _state = session.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
        return str(url), flow

    def finish(self, flow: Flow, code: str) -> Vouched:
        """Who came back with ``code``. Raises ProviderFailed."""
        with self._asking() as session:
            tokens = self._tokens(session, flow, code)
            claims = self.verified(tokens.get("id_token"), flow.nonce, tokens.get("access_token"))
            if not isinstance(claims.get("email"), str) and "userinfo_endpoint" in self._about():
                claims = {**self._userinfo(session, claims["sub"]), **claims}
        verified = claims.get("email_verified") is True
        email = claims.get("email")
        return Vouched(
            self._issuer,
            claims["sub"],
            email if verified and isinstance(email, str) else "",
            _name(claims),
        )

    def verified(self, token: object, nonce: str, access_token: object = None) -> dict[str, Any]:
        """The claims of an id_token that is the provider's, for us, fresh and of this flow.

        Raises ProviderFailed.
        """
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
            raise ProviderFailed("no id_token of a fair size")
        try:
            header, claims = self._decoded(token)
            CodeIDToken(
                claims,
                header,
                options={
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._client_id,
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

    def _decoded(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims, once the signature is right; keys that changed are asked for again."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            found = jwt.decode(token, self._key_set(_KEPT), algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            found = jwt.decode(token, self._key_set(_KEYS_KEPT), algorithms=list(ALGORITHMS))
        return dict(found.header), dict(found.claims)

    def _tokens(self, session: "OAuth2Session", flow: Flow, code: str) -> Mapping[str, Any]:
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        try:
            tokens = session.fetch_token(
                self._endpoint("token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
            )
        except AuthlibBaseError as error:
            raise ProviderFailed(f"code refused: {str(error.error)[:60]!r}") from error
        except (RequestException, ValueError, TypeError, RecursionError) as error:
            raise ProviderFailed(f"no token: {type(error).__name__}") from error
        if not isinstance(tokens, Mapping):
            raise ProviderFailed("no token: not an object")
        return tokens

    def _userinfo(self, session: "OAuth2Session", subject: str) -> Mapping[str, Any]:
        said = self._read(session, self._endpoint("userinfo_endpoint"), withhold_token=False)
        if said.get("sub") != subject:
            raise ProviderFailed("userinfo is about somebody else")
        return said

    def _about(self) -> Mapping[str, Any]:
        """What the provider says of itself, kept for an hour."""
        now = time.monotonic()
        with self._lock:
            when, metadata = self._metadata
            if now - when < _KEPT and metadata:
                return metadata
        url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        with _session() as session:
            metadata = self._read(session, url)
        if metadata.get("issuer") != self._issuer:
            raise ProviderFailed("its own issuer is not the one in oidc_issuer")
        with self._lock:
            self._metadata = (now, metadata)
        return metadata

    def _endpoint(self, name: str) -> str:
        url = self._about().get(name)
        if not isinstance(url, str) or not may_be_asked(url, self._issuer):
            raise ProviderFailed(f"its {name} is no address that we go to")
        return url

    def _key_set(self, kept: float) -> Any:
        """Its public keys, at most so many seconds old."""
        from joserfc.jwk import KeySet

        now = time.monotonic()
        with self._lock:
            when, keys = self._keys
            if now - when < kept and keys is not None:
                return keys
        with _session() as session:
            said = self._read(session, self._endpoint("jwks_uri")).get("keys")
        usable = [
            key
            for key in (said if isinstance(said, list) else ())
            if isinstance(key, dict)
            and key.get("kty") in ("RSA", "EC", "OKP")
            and key.get("use", "sig") == "sig"
        ]
        keys = KeySet.import_key_set({"keys": usable})
        with self._lock:
            self._keys = (now, keys)
        return keys

    def _asking(self) -> "OAuth2Session":
        methods = self._about().get("token_endpoint_auth_methods_supported")
        posts = isinstance(methods, list) and "client_secret_basic" not in methods
        method = "client_secret_post" if posts else "client_secret_basic"
        return _session(
            client_id=self._client_id,
            client_secret=self._secret or None,
            token_endpoint_auth_method=method if self._secret else "none",
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )

    def _read(
        self, session: "OAuth2Session", url: str, *, withhold_token: bool = True
    ) -> Mapping[str, Any]:
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        try:
            answer = session.get(url, withhold_token=withhold_token)
            answer.raise_for_status()
            said = json.loads(answer.content)
        except (AuthlibBaseError, RequestException, ValueError, RecursionError) as error:
            raise ProviderFailed(f"no answer from {url}: {type(error).__name__}") from error
        if not isinstance(said, dict):
            raise ProviderFailed(f"no answer from {url}: not an object")
        return said


def may_be_asked(url: str, issuer: str) -> bool:
    """Whether we speak to ``url``: https, or http of this machine where the issuer is there too."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    here = urlsplit(issuer).scheme == "http"
    return here and parts.scheme == "http" and is_loopback(host)


def _session(**options: Any) -> "OAuth2Session":
    from authlib.integrations.requests_client import OAuth2Session

    from wiki.web.http_client import BoundedAdapter

    session = OAuth2Session(**options)
    # Neither proxies nor passwords from the environment or ~/.netrc.
    session.trust_env = False
    session.max_redirects = 0
    session.mount("https://", BoundedAdapter())
    session.mount("http://", BoundedAdapter())
    return session


def _name(claims: Mapping[str, Any]) -> str:
    parts = [claims.get("given_name"), claims.get("family_name")]
    whole = " ".join(part for part in parts if isinstance(part, str))
    for name in (claims.get("name"), whole, claims.get("preferred_username")):
        if isinstance(name, str) and name.strip():
            return name
    return ""
