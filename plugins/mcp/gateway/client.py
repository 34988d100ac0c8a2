"""The wiki's API as one caller has it: asked at this machine's workers, with the caller's token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from httpx2 import AsyncClient, HTTPError, InvalidURL, Limits, Response
from starlette.datastructures import Headers

from wiki.api.plugin import Settings

API = "/-/api/v1"
#: of the caller's request: who asks, in which language, from where, as which site
_PASSED = ("authorization", "accept-language", "host", "x-forwarded-for", "x-request-id")
#: seconds for one answer: the wiki itself ends what takes longer
_PATIENCE = 50.0
_CONNECTIONS = 32


class Unreachable(Exception):
    """The wiki does not answer just now."""


class Unsayable(Exception):
    """What is asked is too long for an address, or holds what is no text."""


@dataclass(frozen=True)
class Caller:
    """Who asks: the headers that the API gets, and what it said of their token."""

    headers: Mapping[str, str]
    scopes: frozenset[str]


def read_passed(headers: Headers) -> dict[str, str]:
    """What of a request's headers the API gets.

    One that stands in several lines is one: a proxy may add the address that it sees in a line of
    its own, below what the caller made up.
    """
    return {name: ", ".join(headers.getlist(name)) for name in _PASSED if name in headers}


class WikiClient:
    """Asks the API. Raises Unreachable where nobody answers, Unsayable where it cannot be asked."""

    def __init__(self, settings: Settings) -> None:
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(  # noqa: S104
            settings.host, settings.host
        )
        where = f"[{host}]" if ":" in host else host
        self._client = AsyncClient(
            base_url=f"http://{where}:{settings.port}",
            # No proxy of the environment stands between two processes of one machine.
            trust_env=False,
            timeout=_PATIENCE,
            limits=Limits(max_connections=_CONNECTIONS, max_keepalive_connections=4),
        )
        self._host = where
        self._document: dict[str, Any] | None = None

    async def close(self) -> None:
        """Hangs up."""
        await self._client.aclose()

    async def ask(
        self,
        headers: Mapping[str, str],
        address: str,
        method: str = "GET",
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Response:
        """The answer to one question, whatever its status."""
        # As the bytes that came: a header may hold any.
        passed = [(name.encode(), said.encode("latin-1")) for name, said in headers.items()]
        try:
            return await self._client.request(
                method, address, params=query, json=body, headers=passed
            )
        except HTTPError as error:
            raise Unreachable(str(error)) from error
        except (InvalidURL, ValueError) as error:
            raise Unsayable(str(error)) from error

    async def read_document(self) -> dict[str, Any]:
        """The API's own description (OpenAPI), which is the same while the wiki runs."""
        if self._document is None:
            answer = await self.ask({"host": self._host}, f"{API}/openapi.json")
            if answer.status_code != 200:
                raise Unreachable(f"the API's document: {answer.status_code}")
            self._document = answer.json()
        return self._document
