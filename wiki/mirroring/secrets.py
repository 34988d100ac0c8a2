"""What lets the wiki in at a remote: from the environment, or a file that it names; never a row."""

import os
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from wiki.errors import BadSetting
from wiki.repository.remote.addresses import Remote, check_address


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
    if protocol not in ("https", "http"):
        return Remote(address, protocol)
    parts = urlsplit(address)
    user, _at, host = parts.netloc.rpartition("@")
    # With a user in its address git would ask for the password; both go into the header instead.
    plain = urlunsplit(parts._replace(netloc=host))
    if not (token := secret_of(name, environ)):
        return Remote(plain, protocol)
    proof = b64encode(f"{user or 'git'}:{token}".encode()).decode("ascii")
    return Remote(plain, protocol, f"Basic {proof}")
