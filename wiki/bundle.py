"""What comes with the wiki: its plugins, its templates, the pages that a new one starts with."""

from pathlib import Path

_HERE = Path(__file__).parent


def bundled(name: str) -> Path:
    """``plugins``, ``templates`` or ``content``: in a checkout beside us, in a wheel inside us."""
    beside = _HERE.parent / name
    return beside if beside.is_dir() else _HERE / "_bundled" / name
