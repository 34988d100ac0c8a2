"""Git hosts as others run them: ``git http-backend`` behind nginx, and gitolite there."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from wiki.testing import free_port

FILE = Path(__file__).parents[2] / "packaging" / "nginx" / "git.conf"
BACKEND = Path("/usr/lib/git-core/git-http-backend")
SHELL = Path("/usr/share/gitolite3/gitolite-shell")
_NEEDED = ("nginx", "fcgiwrap")
_CONF = """
{user}daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/git.conf;
}}
"""


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

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])


class Missing(Exception):
    """What it stands on is not installed."""


def _adapted(folder: Path, port: int, word: str) -> str:
    """The file that operators are given, for a host of this machine."""
    changes = [
        (r"^ *listen 443 ssl;(?= +# <--$)", f"listen 127.0.0.1:{port};"),
        (r"^ *server_name git\.example\.org;(?= +# <--$)", ""),
        (r"^ *ssl_certificate(_key)? +\S+;(?= +# <--$)", ""),
        (r"/etc/nginx/nodes\b", f"{folder}/nodes"),
        (r"unix:/run/fcgiwrap\.socket", f"unix:{folder}/fcgi"),
        (r"/srv/git\b(?=;)", f"{folder}/repositories"),
        # Hosts of tests have several.
        (r"\^/carrefour\\\.git/", "^/"),
    ]
    if not word:
        changes += [(r"auth_basic.*;", ""), (r"\$remote_user", "node")]
    text = FILE.read_text("utf-8")
    for before, after in changes:
        text, number = re.subn(before, after, text, flags=re.MULTILINE)
        assert number, before
    return text


class Gitolite(GitHost):
    """One that says who may do what, to which branch: the user ``git``, by a word of its own."""

    def allow(self, *rules: str) -> None:
        """The repository ``carrefour`` by these rules from now on, as its operator writes them."""
        conf = self.folder.parent / ".gitolite/conf/gitolite.conf"
        conf.write_text("\n    ".join(["repo carrefour", *rules]) + "\n")
        _gitolite(self.folder.parent, "compile")

    @property
    def repository(self) -> Path:
        """Where it lies."""
        return self.folder / "carrefour.git"


def _gitolite(home: Path, *words: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "USER": "git"}
    done = subprocess.run(
        ["gitolite", *words], env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def serve_gitolite(word: str) -> Iterator[Gitolite]:
    """gitolite, asked over http by who has the ``word``. Raises Missing."""
    if shutil.which("gitolite") is None or not SHELL.exists():
        raise Missing("gitolite is not installed (apt-get install gitolite3)")

    def instead(text: str) -> str:
        """What its own documents have a web server say, in place of git's own program."""
        assert str(BACKEND) in text
        there = re.search(r"GIT_PROJECT_ROOT (.*)/repositories;", text)
        assert there
        more = {
            "REQUEST_URI": "$request_uri",
            "REMOTE_ADDR": "$remote_addr",
            "REMOTE_PORT": "$remote_port",
            "SERVER_ADDR": "$server_addr",
            "SERVER_PORT": "$server_port",
            "GITOLITE_HTTP_HOME": there[1],
            "GIT_HTTP_BACKEND": str(BACKEND),
        }
        lines = "".join(f"fastcgi_param {name} {value};\n" for name, value in more.items())
        return text.replace(f"SCRIPT_FILENAME {BACKEND};", f"SCRIPT_FILENAME {SHELL};\n{lines}")

    with serve_git(word, instead) as host:
        _gitolite(host.folder.parent, "setup", "-a", "operator")
        yield Gitolite(host.folder, host.url)


@contextmanager
def serve_git(
    word: str = "", adapted: Callable[[str], str] = lambda conf: conf
) -> Iterator[GitHost]:
    """nginx, fcgiwrap and git's own program of servers; with a ``word``, for who has that.

    ``adapted`` is told what nginx is to read, and says it otherwise. Raises Missing.
    """
    found = [shutil.which(one, path=f"{os.environ['PATH']}:/usr/sbin") for one in _NEEDED]
    if not all(found) or not BACKEND.exists():
        raise Missing("nginx, fcgiwrap or git http-backend is not installed")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="host-", dir="/tmp")))
        (folder / "repositories").mkdir()
        port = free_port()
        conf = folder / "nginx.conf"
        # Its workers are nobody's else, who may not come into our folder.
        user = "user root; " if os.getuid() == 0 else ""
        conf.write_text(_CONF.format(folder=folder, user=user))
        (folder / "git.conf").write_text(adapted(_adapted(folder, port, word)))
        (folder / "nodes").write_text(f"git:{{PLAIN}}{word}\n")
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
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.02)
        yield GitHost(folder / "repositories", f"http://127.0.0.1:{port}")
