"""The machines of a wiki of several nodes, as processes: rows, git host, nodes, nginx in front.

The last node reaches rows and git host by ways that can be cut (``cables.py``). Everything listens
on 127.0.0.1 on free ports, and ends with whoever began it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cables import Cables
from bench.corpus import make_repository
from bench.load import Browser
from bench.servers import Server
from bench.worlds import ACCOUNTS, PASSWORD, email
from tests.nodes.git_hosts import GitHost, serve_git
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.parts.creation import add_parts
from wiki.people.accounts import add_person
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import free_port

PROGRAMS = Path("/usr/lib/postgresql/17/bin")
NODES = 3
#: nobody's pages, so that every member may write them: one for each writer
PAGES = tuple(f"releve-{number}" for number in range(ACCOUNTS))
#: pages that are closed and opened
CLOSED = ("tiroir-0", "tiroir-1")
ADMIN = "veille@example.org"
_SIZE, _COMMITS = 300, 300
_UNLIMITED = dict.fromkeys(
    (
        *("WIKI_SAVES_PER_MINUTE", "WIKI_SEARCHES_PER_MINUTE", "WIKI_RESETS_PER_HOUR"),
        *("WIKI_COMPARISONS_PER_MINUTE", "WIKI_API_REQUESTS_PER_MINUTE"),
    ),
    "1000000",
)
#: of an answer: when, to what, its status, by which nodes, what each said, and in which time
_LOG = (
    '$msec $request_method $status "$upstream_addr" "$upstream_status" $request_time $request_uri'
)


class Postgres:
    """A server of its own in the memory of the machine."""

    def __init__(self, stack: ExitStack) -> None:
        memory = Path("/dev/shm")  # noqa: S108 - a folder of ours in it
        where = memory if memory.is_dir() else Path(tempfile.gettempdir())
        folder = Path(tempfile.mkdtemp(prefix="rows-", dir=where))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self._user = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
        if self._user:
            shutil.chown(folder, "postgres")
        self.data, self.port = folder / "data", free_port()
        self._run("initdb", "-D", str(self.data), "-U", "wiki", "-A", "trust", "-E", "UTF8")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
                f"unix_socket_directories = '{folder}'\nmax_connections = 200\n"
            )
        self.start()
        stack.callback(self.stop)

    def url(self, port: int = 0) -> str:
        """Its address, by a proxy at ``port``."""
        return f"postgresql://wiki@127.0.0.1:{port or self.port}/postgres"

    def start(self) -> None:
        """Until it answers."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", f"{self.data}/log", "start")

    def stop(self) -> None:
        """Whoever is connected is cut off."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "fast", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [*self._user, str(PROGRAMS / program), *words]
        # pg_ctl's server keeps what it was given as its output.
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)


class Node(Server):
    """``wiki serve`` in ``folder``, as the node ``name``."""

    def __init__(self, name: str, folder: Path, log: Path, settings: Mapping[str, str]) -> None:
        self.name, self.folder = name, folder
        port = free_port()
        words = ("serve", "--instance", str(folder), "--port", str(port), "--workers", "1")
        known = {**_UNLIMITED, **settings, "WIKI_NODE": name, "WIKI_PROFILE": "small"}
        super().__init__([sys.executable, "-m", "wiki", *words], port, known, log)

    def kill(self) -> None:
        """All of its processes at once, as when the machine loses its power."""
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def begin(self) -> None:
        """After ``kill``."""
        self.process = self._start()


class Front(Server):
    """nginx before nodes: ``port`` leads to all, ``ports[n]`` to the first n."""

    def __init__(self, folder: Path, port: int, nodes: Sequence[Node], log: Path) -> None:
        self.nodes, self.log = nodes, log
        self.ports = {count: free_port() for count in range(1, len(nodes))} | {len(nodes): port}
        user = "user root; " if os.getuid() == 0 else ""
        upstreams = "".join(
            f"upstream of_{count} {{ keepalive 16; "
            + "".join(f"server 127.0.0.1:{node.port} max_fails=0; " for node in nodes[:count])
            + "}\n"
            for count in self.ports
        )
        servers = "".join(
            f"server {{ listen 127.0.0.1:{at}; location / {{ proxy_pass http://of_{count}; }} }}\n"
            for count, at in self.ports.items()
        )
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind}; "
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "front.conf").write_text(f"""
{user}daemon off; worker_processes 1; pid {folder}/front.pid; error_log {folder}/front.log;
events {{ worker_connections 512; }}
http {{
  log_format asked '{_LOG}'; access_log {self.log} asked; {temporary}
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_connect_timeout 2s; proxy_read_timeout 30s; add_header X-Node $upstream_addr always;
  proxy_next_upstream error timeout http_502 http_503;
  {upstreams} {servers}
}}
""")
        command = [shutil.which("nginx", path="/usr/sbin:/usr/bin") or "nginx", "-e"]
        super().__init__([*command, "stderr", "-c", f"{folder}/front.conf"], port, {})

    def cpu(self, name: str = "") -> float:
        """What the nodes have used; nginx itself has its own."""
        return sum(node.cpu(name) for node in self.nodes)

    def to(self, count: int) -> "Front":
        """The way to the first so many nodes."""
        found = Front.__new__(Front)
        found.__dict__.update(self.__dict__, port=self.ports[count])
        return found


@dataclass
class Cluster:
    """All of them."""

    rows: Postgres
    host: GitHost
    shared: Path
    nodes: tuple[Node, ...]
    front: Front
    cables: Cables
    url: str

    def cut(self, *, silent: bool) -> None:
        """The last node from rows and git host; without a word, or such that all calls fail."""
        self.cables.cut(silent=silent)

    def heal(self) -> None:
        """Ends it."""
        self.cables.heal()

    def node_at(self, address: str) -> str:
        """The name of the node at one of nginx's addresses, the last of several."""
        port = address.rpartition(":")[2]
        return next((node.name for node in self.nodes if str(node.port) == port), "nobody")


def make_instance(folder: Path, **settings: object) -> None:
    """Pages of the corpus, those of the run, and accounts, with rows where ``settings`` say."""
    folder.mkdir(parents=True)
    make_repository(folder / "content.git", _SIZE, _COMMITS)
    found = load_settings(folder, environ={}, **settings)
    add_parts(found)
    instance = open_instance(found)
    try:
        for number in range(ACCOUNTS):
            who = f"Membre {number}"
            add_person(instance.private, email=email(number), name=who, password=PASSWORD)
        add_person(instance.private, email=ADMIN, name="Veille", role="admin", password=PASSWORD)
        texts = {f"{path}.md": f"# {path.capitalize()}\n".encode() for path in (*PAGES, *CLOSED)}
        repository = instance.repository
        commit(repository, repository.head(), texts, Author("Mesure", "m@people.invalid"), "Début")
    finally:
        close_instance(instance)


@contextmanager
def cluster(smtp: int, index: str, logs: Path) -> Iterator[Cluster]:
    """Three nodes that have settled; what each says, and nginx, is kept in the folder ``logs``."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cluster-")))
        rows, host = Postgres(stack), stack.enter_context(serve_git())
        shared = host.make("carrefour.git")
        git = ("git", "-C", str(shared), "config", "receive.autogc", "false")
        subprocess.run(git, check=True)
        cables = Cables((rows.port, host.port))
        stack.callback(cables.close)
        make_instance(folder / "a", database_url=rows.url(), index=index)
        port = free_port()
        common = {
            "WIKI_INDEX": index,
            "WIKI_BASE_URL": f"http://127.0.0.1:{port}",
            "WIKI_SMTP_HOST": "127.0.0.1",
            "WIKI_SMTP_PORT": str(smtp),
            "WIKI_SMTP_STARTTLS": "false",
            "WIKI_LIVE_EDITING": "false",
        }
        nodes: list[Node] = []
        for number in range(NODES):
            name = "abc"[number]
            cut = number == NODES - 1
            own = {
                "WIKI_DATABASE_URL": rows.url(cables.ports[0] if cut else 0),
                "WIKI_SHARED_REPOSITORY": f"http://127.0.0.1:"
                f"{cables.ports[1] if cut else host.port}/{shared.name}",
            }
            (folder / name).mkdir(exist_ok=True)
            if number:
                shutil.copy(folder / "a" / "secret", folder / name / "secret")
            nodes.append(Node(name, folder / name, logs / f"{name}.log", {**common, **own}))
            stack.callback(nodes[-1].stop)
            nodes[-1].wait()
        front = Front(folder, port, nodes, logs / "requests.log")
        stack.callback(front.stop)
        front.wait()
        for node in nodes:
            node.settle(30)
        yield Cluster(rows, host, shared, tuple(nodes), front, cables, rows.url())


@contextmanager
def alone(log: Path) -> Iterator[Server]:
    """The reference: one node with SQLite, of the same pages."""
    with tempfile.TemporaryDirectory(prefix="alone-") as name:
        folder = Path(name) / "wiki"
        make_instance(folder)
        node = Node("alone", folder, log, {"WIKI_LIVE_EDITING": "false"})
        try:
            node.wait()
            node.settle(30)
            yield node
        finally:
            node.stop()


def log_in(browser: Browser, address: str) -> None:
    """Signs in."""
    browser.read_form("/-/login")
    answer = browser.post("/-/login", email=address, password=PASSWORD)
    assert answer.status == 303, answer.text
    browser.read_form("/-/new")


def until(done: Callable[[], bool], patience: float = 60.0) -> float:
    """Seconds until ``done``; infinity after ``patience``."""
    begun = time.monotonic()
    while not done():
        if time.monotonic() - begun > patience:
            return float("inf")
        time.sleep(0.02)
    return time.monotonic() - begun
