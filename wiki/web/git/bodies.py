"""What git sends: unpacked, bounded, in a file."""

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from flask import request

from wiki.errors import BadRequest, StorageFailed, TooLarge
from wiki.translation import gettext as _
from wiki.web.git.places import TooManyNow
from wiki.web.http.bodies import READER, read_body

_log = logging.getLogger(__name__)


def sent_body(limit: int) -> BinaryIO:
    """What was sent, unpacked, in a file. Raises TooLarge beyond ``limit``, BadRequest."""
    read = request.environ.get(READER)
    body = read(request.environ, limit) if read else read_body(request.environ, limit)[0]
    if body is None:
        raise TooManyNow
    if request.headers.get("Content-Encoding", "") in ("gzip", "x-gzip"):
        with body as packed:
            body = _unpacked(packed, limit)
    if body.seek(0, 2) > limit:
        body.close()
        raise TooLarge(
            _("This push is too large: {limit} bytes at once are the most.").format(limit=limit)
            + " "
            + _("Nothing of it was taken. Push older commits first, a part at a time.")
        )
    body.seek(0)
    return cast(BinaryIO, body)


def _unpacked(packed: IO[bytes], limit: int) -> BinaryIO:
    """The gzipped body, unpacked up to one byte beyond ``limit``."""
    body = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 - whoever asked reads it
    unpack = zlib.decompressobj(31)
    try:
        while (chunk := packed.read(65_536)) and body.tell() <= limit:
            body.write(unpack.decompress(chunk, limit + 1 - body.tell() or 1))
    except zlib.error as error:
        body.close()
        raise BadRequest(_("Only git can read here, one that is newer than 2010.")) from error
    return cast(BinaryIO, body)


@contextmanager
def disk() -> Iterator[None]:
    """Raises StorageFailed where what comes cannot be written down."""
    try:
        yield
    except OSError as error:
        _log.exception("there was no room for a push")
        raise StorageFailed(
            _("The disk of the wiki is full or read-only. Nothing of this push was taken.")
        ) from error
