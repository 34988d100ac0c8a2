"""The provider of single sign-on, spoken to as OpenID Connect says: code flow, PKCE, state, nonce.

::

    begin() ──▶ its page ──▶ finish(): code ──▶ id_token, userinfo ──▶ oidc_tokens ──▶ oidc_claims
    log_out_url() ──▶ its page, which ends the session there

Its address is the operator's setting and nobody else's. Answers are bounded in size and time, and
no redirection is followed. Authlib is imported by whoever comes this way, and by no other.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from wiki.config import Settings, is_loopback
from wiki.errors import BadRequest
from wiki.people.accounts.sign_ons import Vouched
from wiki.web.account.oidc.claims import says_enough, vouched_by
from wiki.web.account.oidc.tokens import (
    ProviderFailed,
    allowed_algorithms,
    check_id_token,
    check_userinfo,
)

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session
    from joserfc.jwk import Key
    from requests import Response

#: seconds that what the provider says of itself is kept, and its keys at least
_KEPT, _KEYS_KEPT = 3600.0, 60.0
#: ProConnect wants as many letters at least in what comes back to us
_ENTROPY = 32


@dataclass(frozen=True)
class Flow:
    """What one log-in under way must come back with, known to one browser."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider in ``settings``; thread-safe."""

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        self._settings = settings
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._kind = settings.oidc_kind
        self._scope = settings.oidc_scopes
        self._redirect_uri = redirect_uri
        self._lock = Lock()
        self._metadata: tuple[float, Mapping[str, Any]] = (-_KEPT, {})
        self._keys: tuple[float, Any] = (-_KEPT, None)

    def check(self) -> None:
        """Asks it for all that a log-in begins with. Raises ProviderFailed."""
        for name in ("authorization_endpoint", "token_endpoint"):
            self._endpoint(name)
        self._key_set(0)

    def begin(self) -> tuple[str, Flow]:
        """Where to send the browser, and what to remember meanwhile. Raises ProviderFailed."""
        flow = Flow(token_urlsafe(_ENTROPY), token_urlsafe(_ENTROPY), token_urlsafe(48))
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
            id_token = tokens.get("id_token")
            claims = self.verified(id_token, flow.nonce, tokens.get("access_token"))
            userinfo: Mapping[str, Any] = {}
            if not says_enough(claims) and "userinfo_endpoint" in self._about():
                userinfo = self._userinfo(session, claims["sub"])
        vouched = vouched_by(self._kind, self._issuer, claims, userinfo)
        return replace(vouched, id_token=str(id_token))

    def verified(self, token: object, nonce: str, access_token: object = None) -> dict[str, Any]:
        """The claims of an id_token; see ``check_id_token``. Raises ProviderFailed."""
        return check_id_token(
            token,
            self._keys_for_tokens,
            allowed_algorithms(self._about(), "id_token"),
            issuer=self._issuer,
            client_id=self._client_id,
            nonce=nonce,
            access_token=access_token,
        )

    def log_out_url(self, id_token: str, back: str, state: str) -> str:
        """Where a browser ends its session at the provider, and is sent ``back`` from.

        Empty where the provider has no such place. Raises ProviderFailed.
        """
        if "end_session_endpoint" not in self._about():
            return ""
        url = self._endpoint("end_session_endpoint")
        who = {"id_token_hint": id_token} if id_token else {"client_id": self._client_id}
        asked = {**who, "post_logout_redirect_uri": back, "state": state}
        return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(asked)}"

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
        except (RequestException, ValueError, TypeError, RecursionError, BadRequest) as error:
            raise ProviderFailed(f"no token: {type(error).__name__}") from error
        if not isinstance(tokens, Mapping):
            raise ProviderFailed("no token: not an object")
        return tokens

    def _userinfo(self, session: "OAuth2Session", subject: str) -> Mapping[str, Any]:
        """What it says of whom the access token is for, signed or not, over TLS either way."""
        answer = self._get(session, self._endpoint("userinfo_endpoint"), withhold_token=False)
        if answer.headers.get("Content-Type", "").split(";")[0].strip() == "application/jwt":
            said: Mapping[str, Any] = check_userinfo(
                answer.content.decode("ascii", "replace").strip(),
                self._keys_for_tokens,
                allowed_algorithms(self._about(), "userinfo"),
                issuer=self._issuer,
                client_id=self._client_id,
            )
        else:
            said = _read(answer)
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
        with self._session() as session:
            metadata = _read(self._get(session, url))
        if (issuer := metadata.get("issuer")) != self._issuer:
            words = f"its own issuer is {str(issuer)[:500]!r}, not the one in oidc_issuer"
            raise ProviderFailed(words, issuer=issuer if isinstance(issuer, str) else "")
        with self._lock:
            self._metadata = (now, metadata)
        return metadata

    def _endpoint(self, name: str) -> str:
        url = self._about().get(name)
        if not isinstance(url, str) or not url.isprintable() or not may_be_asked(url, self._issuer):
            raise ProviderFailed(f"its {name} is no address that we go to")
        return url

    def _keys_for_tokens(self, anew: bool) -> Any:
        return self._key_set(_KEYS_KEPT if anew else _KEPT)

    def _key_set(self, kept: float) -> Any:
        """Its public keys, at most so many seconds old."""
        from joserfc.jwk import KeySet

        now = time.monotonic()
        with self._lock:
            when, keys = self._keys
            if now - when < kept and keys is not None:
                return keys
        with self._session() as session:
            said = _read(self._get(session, self._endpoint("jwks_uri"))).get("keys")
        keys = KeySet(list(_usable(said if isinstance(said, list) else ())))
        if not keys.keys:
            raise ProviderFailed("it has no key that we can read")
        with self._lock:
            self._keys = (now, keys)
        return keys

    def _asking(self) -> "OAuth2Session":
        methods = self._about().get("token_endpoint_auth_methods_supported")
        posts = isinstance(methods, list) and "client_secret_basic" not in methods
        posts = posts or self._kind == "proconnect"
        method = "client_secret_post" if posts else "client_secret_basic"
        return self._session(
            client_id=self._client_id,
            client_secret=self._secret or None,
            token_endpoint_auth_method=method if self._secret else "none",
            scope=self._scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            # ProConnect's tokens are good for a minute, which Authlib would take for over.
            leeway=0,
        )

    def _get(
        self, session: "OAuth2Session", url: str, *, withhold_token: bool = True
    ) -> "Response":
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        try:
            answer: Response = session.get(url, withhold_token=withhold_token)
            answer.raise_for_status()
        except (AuthlibBaseError, RequestException, ValueError, BadRequest) as error:
            raise ProviderFailed(f"no answer from {url}: {type(error).__name__}") from error
        return answer

    def _session(self, **options: Any) -> "OAuth2Session":
        from authlib.integrations.requests_client import OAuth2Session

        from wiki.web.http_client import BoundedAdapter

        session = OAuth2Session(**options)
        # Neither proxies nor passwords from the environment or ~/.netrc.
        session.trust_env = False
        session.max_redirects = 0
        adapter = BoundedAdapter(self._settings, "oidc_issuer")
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session


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


def _usable(said: Iterable[object]) -> "Iterator[Key]":
    """The public keys for signatures among ``said``; one that we do not know spoils no other.

    So RFC 7517 wants it (section 5): a provider adds a kind of keys before all know it.
    """
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    for one in said:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        if one.get("kty") in ("RSA", "EC", "OKP"):
            with suppress(JoseError, ValueError, TypeError, KeyError):
                yield JWKRegistry.import_key(one)


def _read(answer: "Response") -> Mapping[str, Any]:
    """The object of JSON that an answer is. Raises ProviderFailed."""
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise ProviderFailed(f"no answer from {answer.url}: {type(error).__name__}") from error
    if not isinstance(said, dict):
        raise ProviderFailed(f"no answer from {answer.url}: not an object")
    return said
