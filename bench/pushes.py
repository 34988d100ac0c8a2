"""A push of 1,000 commits, checked one by one, beside a bare git that takes the same push."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench.clones import git
from bench.lines import Line, timed
from bench.servers import serving
from bench.worlds import PASSWORD, world
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.people.accounts import add_person

_SIZE, _COMMITS = 5_000, 12_000
_PUSHED = 1_000
_TARGET = 30.0
_MAIL = "mesure@example.org"


def run() -> Iterator[Line]:
    """One push, twice."""
    here = world(_SIZE, _COMMITS, search=False)
    with tempfile.TemporaryDirectory() as name:
        copy, bare = Path(name) / "instance", Path(name) / "bare.git"
        shutil.copytree(here.folder, copy, symlinks=True)
        shutil.copytree(copy / "content.git", bare)
        _admin(copy)
        git(Path(name), "clone", "--quiet", "--no-checkout", f"file://{bare}", "mine")
        mine = Path(name) / "mine"
        git(mine, "fast-import", "--quiet", given=b"".join(_history()))
        reference = _pushed(mine, f"file://{bare}")
        with serving(copy, workers=1) as wiki:
            who = f"{quote(_MAIL, safe='')}:{quote(PASSWORD, safe='')}"
            seconds = _pushed(mine, f"http://{who}@127.0.0.1:{wiki.port}/-/git/all.git")
        what = f"A push of {_PUSHED:,} commits, {_SIZE:,} pages there"
        yield timed(what, seconds, reference, "git push to a bare repository", _TARGET)


def _admin(folder: Path) -> None:
    instance = open_instance(load_settings(folder, environ={}))
    try:
        add_person(instance.private, email=_MAIL, name="Mesure", role="admin", password=PASSWORD)
    finally:
        close_instance(instance)


def _pushed(mine: Path, url: str) -> float:
    begun = time.perf_counter()
    git(mine, "push", "--quiet", url, "HEAD:refs/heads/main")
    return time.perf_counter() - begun


def _history() -> Iterator[bytes]:
    """As many commits on main, each of which writes a page or changes it."""
    words = "Quelques mots de plus, comme on en écrit. " * 60
    for number in range(_PUSHED):
        text = f"---\ntitle: Poussée {number}\ntype: project\n---\n# Poussée {number}\n\n{words}\n"
        data = text.encode()
        who = f"Mesure <mesure@example.net> {1_800_000_000 + number} +0000"
        yield f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n".encode()
        yield b"data 6\nUn pas\n" + (b"" if number else b"from refs/heads/main^0\n")
        yield b"M 100644 inline projets/poussee-%d.md\n" % (number % 400)
        yield b"data %d\n%s\n" % (len(data), data)
