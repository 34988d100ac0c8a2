"""Requests of ours to others, bounded in size and time whatever they answer."""

import time
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from requests import ConnectionError as NoConnection
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from wiki.config import Settings
from wiki.outside.client import find_service

#: bytes of one answer, seconds to connect and between two bytes, seconds for all of it
LARGEST, WAIT, TOTAL = 1_000_000, 5.0, 10.0


class BoundedAdapter(HTTPAdapter):
    """Reads an answer whole, up to a size and for a time; else it is as if there was none.

    Only servers are called that the setting ``name`` may lead to. What they answer is UTF-8: by the
    codec that one names, a megabyte may take a minute.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings, self._name = settings, name
        super().__init__()

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """See requests. Raises BadRequest for a server that may not be called."""
        there, how = super().build_connection_pool_key_attributes(request, verify, cert)
        secure, host = there["scheme"] == "https", there["host"].strip("[]")
        port = there["port"] or (443 if secure else 80)
        address = find_service(self._settings, self._name, host, port)
        if address != host:
            request.headers["Host"] = urlsplit(str(request.url)).netloc.rpartition("@")[2]
            there["host"] = address
            named = {"server_hostname": host, "assert_hostname": host} if secure else {}
            return there, {**how, **named}
        return there, how

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """See requests. Raises requests' ConnectionError beyond the bounds."""
        started = time.monotonic()
        kwargs |= {"stream": True, "timeout": (WAIT, WAIT)}
        response = super().send(request, *args, **kwargs)
        response.encoding = "utf-8"
        body = BytesIO()
        try:
            while chunk := response.raw.read1(65_536, decode_content=True):
                body.write(chunk)
                if body.tell() > LARGEST or time.monotonic() - started > TOTAL:
                    raise NoConnection("the answer is too long", request=request)
        except (HTTPError, OSError) as error:
            raise NoConnection("the answer broke off", request=request) from error
        finally:
            response.close()
        body.seek(0)
        response.raw = body
        return response
