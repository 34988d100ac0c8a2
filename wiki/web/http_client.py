"""Requests of ours to others, bounded in size and time whatever they answer."""

import time
from io import BytesIO
from typing import Any

from requests import ConnectionError as NoConnection
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

#: bytes of one answer, seconds to connect and between two bytes, seconds for all of it
LARGEST, WAIT, TOTAL = 1_000_000, 5.0, 10.0


class BoundedAdapter(HTTPAdapter):
    """Reads an answer whole, up to a size and for a time; else it is as if there was none."""

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """See requests. Raises requests' ConnectionError beyond the bounds."""
        started = time.monotonic()
        kwargs |= {"stream": True, "timeout": (WAIT, WAIT)}
        response = super().send(request, *args, **kwargs)
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
