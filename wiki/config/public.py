"""The file of settings that stands in the pages' repository: what everyone sees of them anyway.

It is no page and no attachment: names that begin with a dot are never served. It travels with each
clone; administrators change it in the browser, or by a push.
"""

import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from wiki.config.browser import PUBLIC
from wiki.config.look import is_of_look
from wiki.config.settings import NAMES

#: where it lies
PUBLIC_FILE = ".carrefour.toml"
#: bytes of it that are read
LONGEST = 100_000


def is_public_file(file: str) -> bool:
    """Whether it is a file of the wiki itself beside its pages: settings, or the look."""
    return file == PUBLIC_FILE or is_of_look(file)


class PublicFile(NamedTuple):
    """What a file says of settings, and why no more of it is read; "" where all is well."""

    values: Mapping[str, Any]
    fault: str = ""


def read_public(data: bytes) -> PublicFile:
    """What the file says; what cannot be used costs itself alone, and nobody the wiki."""
    if len(data) > LONGEST:
        return PublicFile({}, f"it is larger than {LONGEST} bytes")
    try:
        found = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        return PublicFile({}, str(error)[:200] or "it is nested too deeply")
    private = sorted(name for name in found if name in NAMES and name not in PUBLIC)
    values = {name: value for name, value in found.items() if name in PUBLIC}
    # A name that nobody knows may be a later version's.
    fault = f"{private[0]} is no setting for this file" if private else ""
    return PublicFile(values, fault)
