"""The file of an import, which goes to the instance's own disk as it comes."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, cast

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from wiki.disk.space import measure_space
from wiki.errors import BadField, TooLarge
from wiki.imports.runs import Runs
from wiki.instance import Instance
from wiki.translation import gettext as _
from wiki.web.page.files import format_size
from wiki.web.security import csrf

_PATH = "/-/admin/imports"
#: bytes of a file that is sent; and how often the disk has to have room for it: itself, its stage,
#: and what becomes of it
_MOST, _TIMES = 1_000_000_000, 4
#: bytes of the form around the file
_FORM = 100_000
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


def is_received(path: str) -> bool:
    """Whether the body of a request for ``path`` may be such a file, which its view reads."""
    return path == _PATH


def largest_file(instance: Instance) -> int:
    """The bytes of the largest file that can be sent."""
    return min(_MOST, measure_space(instance.settings.instance).free // _TIMES)


@contextmanager
def length_checked(instance: Instance) -> Iterator[None]:
    """Raises TooLarge where this request says that it is, of which nothing is read then; or is."""
    most = largest_file(instance)
    words = _(
        "This file is larger than {size}. Import it in parts, or on the server by the command"
        " “wiki import”."
    ).format(size=format_size(most))
    if (request.content_length or 0) > most + _FORM:
        raise TooLarge(words)
    try:
        yield
    except RequestEntityTooLarge as error:
        raise TooLarge(words) from error


def receive(instance: Instance, runs: Runs) -> tuple[str, str, int]:
    """Takes the file that this request sends: the new import, the file's name and length.

    Raises BadField.
    """
    id, folder = runs.begin()
    try:
        sent = cast(Any, request)
        sent.max_content_length = largest_file(instance) + _FORM
        sent._get_file_stream = partial(_stream, folder)
        csrf.protect()
        file = request.files.get("file")
        if file is None or not file.filename:
            raise BadField("file", _("Choose a file."))
        file.stream.flush()
        name = _name(file.filename)
        place = Path(cast(str, file.stream.name)).rename(folder / name)
        size = place.stat().st_size
        if not size:
            raise BadField("file", _("This file is empty."))
    except BaseException:
        shutil.rmtree(folder.parent, ignore_errors=True)
        raise
    return id, name, size


def _stream(folder: Path, *_said: object, **_more: object) -> IO[bytes]:
    return NamedTemporaryFile(dir=folder, delete=False)


def _name(sent: str) -> str:
    """The file's name, such as may stand on any disk; its ending is part of what it is."""
    last = sent.replace("\\", "/").rpartition("/")[2]
    return _NOT_IN_NAMES.sub("-", last)[-100:].lstrip(".-") or "file"
