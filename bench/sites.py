"""Several Carrefours on this machine, each other's sisters: made once, copied for each run, served.

Each is a site of so many projects of the corpus, of one page each, and a tenth as many people; no
two have the same. Their servers are of the profile ``small``, with all their background work.
"""

import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.corpus import Corpus
from bench.load import Browser
from bench.servers import Server, serving
from bench.watch import kind_of
from bench.worlds import FOLDER, PASSWORD
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.parts.creation import add_parts
from wiki.people.accounts import add_person
from wiki.people.sisters import registry
from wiki.repository.commit import commit
from wiki.repository.importing import stream_commits
from wiki.repository.objects import EMPTY, Author
from wiki.repository.repository import Repository
from wiki.sisters.keys import follow_chain, thumbprint, told_keys
from wiki.testing import free_port

#: raised with each change that makes kept sites useless
_EDITION = "1"
#: pages of a space of the corpus, of which the first alone is taken; one page in ten is a person's
_SPACE, _PEOPLE = 5, 10
_UNLIMITED = {
    "WIKI_PROFILE": "small",
    "WIKI_SEARCHES_PER_MINUTE": "1000000",
}


@dataclass
class Site:
    """A Carrefour at ``port``, called ``name`` by its sisters; ``instance`` is open here."""

    name: str
    port: int
    folder: Path
    instance: Instance
    server: Server | None = None
    #: stands where the server was: takes calls, and never answers
    _silent: socket.socket | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> Server:
        """Its server."""
        assert self.server is not None
        return self.server

    def browser(self) -> Browser:
        """A visitor."""
        return Browser(self.running)

    def write(self, files: dict[str, str | None]) -> str:
        """A save past the form; the new commit."""
        data = {name: None if text is None else text.encode() for name, text in files.items()}
        repository = self.instance.repository
        author = Author("Mesure", "mesure@people.invalid")
        return commit(repository, repository.head(), data, author, "Un pas")

    def web_cpu(self) -> float:
        """Seconds of CPU of the processes that answer visitors alone."""
        ticks = 0
        for pid in self.running.pids():
            if kind_of(pid) == "web":
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / 100

    def fall_silent(self) -> None:
        """Ends the server; what calls is taken, and never answered."""
        self.running.stop()
        self._silent = socket.create_server(("127.0.0.1", self.port), backlog=64)

    def hang_up(self) -> None:
        """Whoever calls from now on is refused at once."""
        if self._silent is not None:
            self._silent.close()
        self._silent = None


def copies_size(site: Site) -> tuple[float, float]:
    """MB on the disk of what a site has of its sisters, and of all the rest of it."""
    copies = total = 0
    for path in site.folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            size = path.stat().st_blocks * 512
            total += size
            copies += size if "sisters" in path.relative_to(site.folder).parts[:2] else 0
    return copies / 1e6, (total - copies) / 1e6


def settle(sites: Sequence[Site]) -> None:
    """Until all of them rest; a moment of work each four minutes is none."""
    until, used = time.monotonic() + 60, cpu_of(sites)
    while time.monotonic() < until:
        time.sleep(2)
        before, used = used, cpu_of(sites)
        if used - before < 0.05 * len(sites):
            return


def cpu_of(sites: Sequence[Site]) -> float:
    """Seconds of CPU that all their processes have used."""
    return sum(site.running.cpu() for site in sites)


@contextmanager
def serving_sites(folder: Path, count: int, projects: int) -> Iterator[list[Site]]:
    """So many sites below ``folder``, whose servers answer; each names all others as sisters."""
    with ExitStack() as stack:
        sites = []
        for number in range(count):
            made = _made(number, projects)
            copy = folder / made.name
            shutil.copytree(made, copy, symlinks=True)
            sites.append(_opened(copy, number))
            stack.callback(close_instance, sites[-1].instance)
        keys = {one.name: follow_chain(told_keys(one.instance.private)[0], "") for one in sites}
        for site in sites:
            for other in sites:
                if other is not site:
                    key = keys[other.name]
                    registry.add(
                        site.instance.private, other.name, other.url, other.name,
                        kid=thumbprint(key), key=key,
                    )  # fmt: skip
        for site in sites:
            log = folder / f"{site.name}.log"
            server = serving(
                site.folder, wait=False, workers=1, log=log, port=site.port, **_UNLIMITED
            )
            site.server = stack.enter_context(server)
            stack.callback(site.hang_up)
        for site in sites:
            site.running.wait(patience=120)
        yield sites


def _opened(folder: Path, number: int) -> Site:
    port = free_port()
    (folder / "wiki.toml").write_text(
        f'base_url = "http://127.0.0.1:{port}"\nsister_hosts = "127.0.0.1"\n'
        f'site_name = "Carrefour {number}"\nprofile = "small"\n',
        "utf-8",
    )
    instance = open_instance(load_settings(folder, environ={}))
    return Site(f"site-{number}", port, folder, instance)


def _made(number: int, projects: int) -> Path:
    """The site of that number, without sisters, all that is worked out from git up to date."""
    folder = FOLDER / f"sisters-{projects}" / f"site-{number}"
    ready = folder / f"ready-{_EDITION}"
    if ready.exists():
        return folder
    begun = time.perf_counter()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _fill(folder, number, projects)
    settings = load_settings(folder, environ={})
    add_parts(settings)
    instance = open_instance(settings)
    try:
        instance.projections.build(list(instance.projections))
        for name in instance.projections:
            assert instance.projections.catch_up(name)
        add_person(
            instance.private, email="admin@example.org", name="Veille", role="admin",
            password=PASSWORD,
        )  # fmt: skip
    finally:
        close_instance(instance)
    ready.touch()
    print(f"  … {folder.name} made in {time.perf_counter() - begun:.0f} s", flush=True)
    return folder


def _fill(folder: Path, number: int, projects: int) -> None:
    """The repository: the first page of each space of a corpus of its own, and some people."""
    pages = (projects * _SPACE + 1) * _PEOPLE // (_PEOPLE - 1) + 1
    corpus = Corpus(pages, seed=number + 1)
    people = range(pages - projects // _PEOPLE, pages)
    numbers = [0, *(1 + _SPACE * space for space in range(projects)), *people]
    repository = Repository.create(folder / "content.git", folder / "lock")
    try:
        with stream_commits(repository, EMPTY) as imported:
            author = Author("Une porteuse", "porteuse@people.invalid")
            imported.commit(
                dict(map(corpus.page, numbers)), author, "Nos projets", datetime.now(UTC)
            )
        repository.upkeep.wait()
    finally:
        repository.close()
