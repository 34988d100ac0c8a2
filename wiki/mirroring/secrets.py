"""What lets the wiki in at a remote: from the environment, or a file that it names; never a row."""

import os
from collections.abc import Mapping
from pathlib import Path

from wiki.errors import BadSetting
from wiki.repository.remote.addresses import Remote, check_address, let_in


def variable(name: str) -> str:
    """The variable of the mirror ``name``; with ``_FILE`` behind, that of a file that holds it."""
    return f"WIKI_MIRROR_{name.upper().replace('-', '_')}_TOKEN"


def secret_of(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The token of the mirror ``name``, "" where it has none. Raises BadSetting."""
    token = environ.get(variable(name), "")
    if not token and (file := environ.get(f"{variable(name)}_FILE")):
        try:
            token = Path(file).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"{variable(name)}_FILE: {file} cannot be read") from error
    token = token.strip()
    if not token.isprintable():
        raise BadSetting(f"{variable(name)} is more than one line")
    return token


def remote_of(name: str, url: str, environ: Mapping[str, str] = os.environ) -> Remote:
    """The remote at ``url``, with its secret. Raises BadField, BadSetting."""
    address, protocol = check_address(url, unencrypted=True)
    return let_in(address, protocol, secret_of(name, environ))
