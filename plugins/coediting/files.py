"""The addresses of our own files: each changes with its content, as browsers keep it for ever."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from wiki.api.paths import action_url

_STATIC = Path(__file__).parent / "static"


@cache
def built(name: str) -> str:
    """Where ``static/<name>`` is served."""
    digest = sha256((_STATIC / name).read_bytes()).hexdigest()[:10]
    return action_url("static/coediting", name, {"v": digest})
