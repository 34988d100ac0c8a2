"""A git host as others run it: ``git http-backend`` behind nginx; and nodes that share it."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from wiki.repository.remote.addresses import Remote
from wiki.repository.repository import Repository
from wiki.repository.shared.central import Shared
from wiki.repository.shared.host import Host
from wiki.translation import use_language

BACKEND = Path("/usr/lib/git-core/git-http-backend")
_CONF = """
{user}daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 0;
    location / {{
      fastcgi_pass unix:{folder}/fcgi;
      fastcgi_param SCRIPT_FILENAME {backend};
      fastcgi_param GIT_PROJECT_ROOT {folder}/repositories;
      fastcgi_param GIT_HTTP_EXPORT_ALL "";
      fastcgi_param GIT_PROTOCOL $http_git_protocol;
      fastcgi_param PATH_INFO $uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param REMOTE_USER node;
      fastcgi_buffering off;
    }}
  }}
}}
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What is refused is said in English here."""
    with use_language("en"):
        yield


class GitHost(NamedTuple):
    """Where its repositories lie, and at which address they are served."""

    folder: Path
    url: str

    def make(self, name: str) -> Path:
        """A bare repository there, with nothing in it."""
        path = self.folder / name
        words = ("git", "init", "--quiet", "--bare", "--initial-branch=main", str(path))
        subprocess.run(words, check=True, env={"PATH": os.environ["PATH"]})
        return path


@pytest.fixture(scope="session")
def git_host() -> Iterator[GitHost]:
    """nginx, fcgiwrap and git's own program of servers."""
    needed = ("nginx", "fcgiwrap")
    search = f"{os.environ['PATH']}:/usr/sbin"
    found = [shutil.which(one, path=search) for one in needed]
    if not all(found) or not BACKEND.exists():
        pytest.skip("nginx, fcgiwrap or git http-backend is not installed")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="host-", dir="/tmp")))
        (folder / "repositories").mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        conf = folder / "nginx.conf"
        # Its workers are nobody's else, who may not come into our folder.
        user = "user root; " if os.getuid() == 0 else ""
        conf.write_text(_CONF.format(folder=folder, port=port, backend=BACKEND, user=user))
        nginx, fcgiwrap = map(str, found)
        environment = {"PATH": os.environ["PATH"]}
        for command in (
            (fcgiwrap, "-s", f"unix:{folder}/fcgi", "-c", "4"),
            (nginx, "-c", str(conf), "-e", str(folder / "start.log")),
        ):
            child = subprocess.Popen(
                command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
            )
            stack.callback(child.wait)
            # fcgiwrap leaves its own children behind otherwise.
            stack.callback(os.killpg, child.pid, signal.SIGTERM)
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.02)
        yield GitHost(folder / "repositories", f"http://127.0.0.1:{port}")


@pytest.fixture(params=["http", "folder"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Remote]:
    """A shared repository with nothing in it: its folder, and the way to it."""
    if request.param == "folder":
        path = GitHost(tmp_path, "").make("shared.git")
        return path, Remote(str(path), "file")
    host = request.getfixturevalue("git_host")
    name = f"{tmp_path.name}.git"
    return host.make(name), Remote(f"{host.url}/{name}", "http")


@pytest.fixture
def node(tmp_path: Path, shared: tuple[Path, Remote]) -> Iterator[Callable[[str], Repository]]:
    """``node("a")``: the clone of a node, with what the shared repository has."""
    made: list[Repository] = []

    def joined(name: str) -> Repository:
        folder = tmp_path / name
        folder.mkdir()
        repository = Repository.create(folder / "content.git", folder / "lock")
        made.append(repository)
        repository.shared = Shared(repository, Host(shared[1]), only_bodies=lambda _a, _b: True)
        repository.shared.arrive()
        return repository

    yield joined
    for one in made:
        one.close()
