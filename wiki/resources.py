"""What comes with the wiki: its plugins, templates and starter pages, and its built front end."""

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

_HERE = Path(__file__).parent
#: The built front end: files with content hashes in their names, and their manifest.
DIST = _HERE / "static" / "dist"

_static: dict[str, Path] = {}


def add_static(plugin: str, folder: Path) -> None:
    """Says where the files are that are served below ``/-/static/PLUGIN/``."""
    _static[plugin] = folder


@lru_cache(maxsize=1024)
def static_digest(plugin: str, name: str) -> str:
    """A digest of a plugin's file, which its address has. Raises FileNotFoundError."""
    if plugin not in _static:
        raise FileNotFoundError(f"no plugin {plugin!r} has files to serve")
    return sha256((_static[plugin] / name).read_bytes()).hexdigest()[:10]


def bundled(name: str) -> Path:
    """The folder ``plugins``, ``templates`` or ``content``: in a wheel inside us, else beside us.

    Inside comes first: beside an installed package may lie a folder of the same name that is
    somebody else's.
    """
    inside = _HERE / "_bundled" / name
    return inside if inside.is_dir() else _HERE.parent / name


@lru_cache(maxsize=1)
def front_end() -> Mapping[str, str]:
    """The manifest of the built front end: ``wiki.css`` to its file's name; empty if not built."""
    try:
        names: dict[str, str] = json.loads((DIST / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return names
