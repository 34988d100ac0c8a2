"""The authorization server: Authlib's, with our programs, codes and tokens.

Authlib is not loaded before somebody asks: this is imported where it is used.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import (
    ClientMixin,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import g, request

from wiki.api.errors import BadField
from wiki.api.people import Person, people_of_sessions
from wiki.api.web import current_instance, current_session
from wiki.api.web.programs import ProgramToken, issue_to_program, renew

from ..address import resource_url
from . import redirects, store


class InvalidTargetError(OAuth2Error):  # type: ignore[misc]
    """A token is asked for something else than this wiki (RFC 8707)."""

    error = "invalid_target"
    description = "Tokens are given for this site alone."


@dataclass(frozen=True)
class Client(ClientMixin):  # type: ignore[misc]
    """A program, as Authlib asks it."""

    program: store.Program

    def get_client_id(self) -> str:
        """Its id."""
        return self.program.id

    def get_default_redirect_uri(self) -> str | None:
        """The only address that it may be led back to; None where there are several."""
        only = self.program.redirects
        return only[0] if len(only) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str:
        """What of ``scope`` it may be granted; all of it where it does not say."""
        asked = set((scope or "").split())
        return " ".join(one for one in store.SCOPES if not asked or one in asked)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether it may be led back there."""
        return redirects.is_one_of(redirect_uri, self.program.redirects)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Whether it proves itself so."""
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        """Whether it may be answered so."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it may have a token so."""
        return grant_type in ("authorization_code", "refresh_token")


class Code(AuthorizationCodeGrant):  # type: ignore[misc]
    """A code, exchanged for a token of the wiki."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def save_authorization_code(self, code: str, asked: Any) -> None:
        """Keeps what the person said yes to."""
        kept = store.Code(
            person=asked.user.id,
            session=current_session(),
            program=asked.client.get_client_id(),
            redirect=asked.payload.redirect_uri or asked.client.get_default_redirect_uri() or "",
            scopes=" ".join(g.granted_scopes),
            challenge=asked.payload.data["code_challenge"],
        )
        store.keep_code(current_instance().private, code, kept)

    def query_authorization_code(self, code: str, client: Client) -> Any:
        """What the code stands for: once."""
        found = store.take_code(current_instance().private, code, client.get_client_id())
        return None if found is None else KnownCode(found)

    def delete_authorization_code(self, authorization_code: Any) -> None:
        """It was when it was shown."""

    def authenticate_user(self, authorization_code: "KnownCode") -> Any:
        """Who said yes, if the session in which they did lasts: a new password ends it."""
        session = authorization_code.code.session
        return people_of_sessions(current_instance().private, [session]).get(session)

    def generate_token(self, **given: Any) -> dict[str, object]:
        """A token of the wiki, as a program reads it."""
        client = self.request.client
        try:
            made = issue_to_program(
                current_instance().private,
                given["user"].id,
                program=client.get_client_id(),
                name=client.program.name,
                scopes=(given["scope"] or "").split(),
            )
        except BadField as refused:
            raise InvalidGrantError(refused.words) from refused
        return _told(made)


@dataclass(frozen=True)
class KnownCode:
    """A code, as Authlib asks it."""

    code: store.Code

    def get_redirect_uri(self) -> str:
        """Where its program was to be led back to."""
        return self.code.redirect

    def get_scope(self) -> str:
        """What was granted."""
        return self.code.scopes

    @property
    def code_challenge(self) -> str:
        """What its program must know the answer to."""
        return self.code.challenge

    @property
    def code_challenge_method(self) -> str:
        """How the answer is made."""
        return "S256"


class Renewal(RefreshTokenGrant):  # type: ignore[misc]
    """Another token in place of one that ends; what renewed it is good for nothing then."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def validate_token_request(self) -> None:
        """Who asks; what they have is looked at when it is renewed."""
        self.request.client = self._validate_request_client()

    def create_token_response(self) -> Any:
        """Both secrets anew."""
        program = self.request.client.get_client_id()
        sent = self.request.form.get("refresh_token", "")
        made = renew(current_instance().private, program, sent)
        if made is None:
            raise InvalidGrantError()
        return 200, _told(made), self.TOKEN_RESPONSE_HEADER


class Challenge(CodeChallenge):  # type: ignore[misc]
    """PKCE, by SHA-256 and always: our programs have no secret of their own."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Raises InvalidRequestError where there is none."""
        data = grant.request.payload.data
        if data.get("code_challenge_method") != "S256" or not data.get("code_challenge"):
            raise InvalidRequestError("A 'code_challenge' by S256 is needed.")
        super().validate_code_challenge(grant, redirect_uri)


class Issuer(IssuerParameter):  # type: ignore[misc]
    """Who answers, said with the answer (RFC 9207)."""

    def get_issuer(self) -> str:
        """The address of the site."""
        return current_instance().settings.public_url


def _find(program_id: str) -> Client | None:
    found = store.find_program(current_instance().private, program_id)
    return Client(found) if found else None


def _keep_nothing(_token: object, _asked: object) -> None:
    """It is kept where it is made."""


def check_target() -> None:
    """Raises InvalidTargetError where a token is asked for something else than this wiki."""
    settings = current_instance().settings
    ours = {settings.public_url, resource_url(settings)}
    if any(one.rstrip("/") not in ours for one in request.values.getlist("resource")):
        raise InvalidTargetError()


def read_grant(person: Person) -> Any:
    """What a program asks of ``person``. Raises OAuth2Error."""
    check_target()
    grant = authorization_server().get_consent_grant(end_user=person)
    if not grant.request.client.get_allowed_scope(grant.request.payload.scope):
        raise InvalidScopeError()
    return grant


def _told(made: ProgramToken) -> dict[str, object]:
    return {
        "token_type": "Bearer",
        "access_token": made.secret,
        "expires_in": made.life,
        "refresh_token": made.renewal,
        "scope": " ".join(made.scopes),
    }


@cache
def authorization_server() -> AuthorizationServer:
    """The authorization server, which belongs to no application."""
    server = AuthorizationServer(query_client=_find, save_token=_keep_nothing)
    server.scopes_supported = None  # what we do not know of is not granted
    server.register_grant(Code, [Challenge(required=True)])
    server.register_grant(Renewal)
    server.register_extension(Issuer())
    return server
