"""Clones of the public history over HTTP, beside git alone on the same repository.

The reference is ``git clone`` by git's own transport, ``upload-pack`` at the other end of a pipe.
Following a save, and making it all again when a page closes, stand beside it.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.lines import Line, ms, percentile, timed
from bench.servers import serving
from bench.worlds import world
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.repository.repository import Repository

_SIZE, _COMMITS = 5_000, 12_000
_ROUNDS = 5


def run() -> Iterator[Line]:
    """Clones, whole and shallow; then what follows a save."""
    here = world(_SIZE, _COMMITS, search=False)
    folder = (here.folder / "index" / "public.git").resolve()
    with serving(here.folder) as wiki:
        url = f"http://127.0.0.1:{wiki.port}/wiki.git"
        for words, options in (("whole", ()), ("of depth 1", ("--depth=1",))):
            ours, git = [], []
            for _ in range(_ROUNDS):
                git.append(_cloned(f"file://{folder}", *options))
                ours.append(_cloned(url, *options))
            seconds, reference = percentile(ours, 0.5), percentile(git, 0.5)
            what = f"A clone {words}, {_SIZE:,} pages, {_COMMITS:,} commits"
            yield timed(what, seconds, reference, "git clone by a pipe", 1.5 * reference)
    yield from _followed(here.folder)


def _followed(folder: Path) -> Iterator[Line]:
    """The public history after a save, and when something closes; on a copy."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "instance"
        shutil.copytree(folder, copy, symlinks=True)
        instance = open_instance(load_settings(copy, environ={}))
        try:
            after = []
            for number in range(_ROUNDS):
                _write(instance.repository, f"# Un pas {number}\n")
                begun = time.perf_counter()
                assert instance.projections.catch_up("public")
                after.append(time.perf_counter() - begun)
            yield Line(
                f"The public history after a save, {_SIZE:,} pages", ms(percentile(after, 0.5))
            )
            _write(instance.repository, "---\nvisibility: members\n---\n# Fermée\n")
            begun = time.perf_counter()
            assert instance.projections.catch_up("public")
            spent = time.perf_counter() - begun
            yield Line(f"… when a page closes, {_COMMITS:,} commits", f"{spent:.1f} s")
        finally:
            close_instance(instance)


def _write(repository: Repository, text: str) -> None:
    author = Author("Mesure", "mesure@people.invalid")
    commit(repository, repository.head(), {"mesure.md": text.encode()}, author, "Un pas")


def _cloned(source: str, *options: str) -> float:
    """Seconds for a bare clone: nothing is written out but what was sent."""
    with tempfile.TemporaryDirectory() as name:
        begun = time.perf_counter()
        git(Path(name), "clone", "--bare", "--quiet", *options, source, "clone.git")
        return time.perf_counter() - begun


def git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """A git with nobody's settings."""
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    env |= {"GIT_TERMINAL_PROMPT": "0", "HOME": str(folder)}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=env, input=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout
