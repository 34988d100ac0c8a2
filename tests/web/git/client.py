"""A real client of git, and the served wiki that it clones from and pushes to."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from wiki.instance import Instance
from wiki.people.person import Person
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import Server

RESTRICTED = "---\nvisibility: members\n---\n# Secret\n\ncanari-restreint\n"


@dataclass
class Place:
    """A served wiki, and someone's folder to clone into."""

    server: Server
    instance: Instance
    admin: Person
    member: Person
    folder: Path
    tokens: dict[str, str]
    clones: dict[str, Path] = field(default_factory=dict)

    def url(self, path: str, user: str = "", secret: str = "") -> str:
        who = f"{quote(user, safe='')}:{quote(secret, safe='')}@" if user else ""
        return self.server.url.replace("http://", f"http://{who}") + path

    def whole(self, name: str = "git") -> str:
        return self.url("/-/git/all.git", "x", self.tokens[name])

    def write(self, files: dict[str, str | None], message: str = "by hand") -> str:
        changes = {name: text.encode() if text else None for name, text in files.items()}
        repository = self.instance.repository
        author = Author("Une main", "main@people.invalid")
        return commit(repository, repository.head(), changes, author, message)


def refusal(request: Request | str) -> tuple[int, str]:
    """Status and WWW-Authenticate of an answer that is a refusal."""
    with pytest.raises(HTTPError) as refused:
        urlopen(request)  # noqa: S310 - ours, on loopback
    with refused.value as answer:
        return answer.code, answer.headers.get("WWW-Authenticate", "")


def run(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": str(folder),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.protectNTFS",
        "GIT_CONFIG_VALUE_0": "false",
    }
    env |= {f"GIT_{role}_NAME": "Ada" for role in ("AUTHOR", "COMMITTER")}
    env |= {f"GIT_{role}_EMAIL": "ada@example.net" for role in ("AUTHOR", "COMMITTER")}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=env, input=given, capture_output=True, check=False
    )
    return subprocess.CompletedProcess(
        done.args,
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        # git fills a sideband line up with blanks
        "\n".join(line.rstrip() for line in done.stderr.decode("utf-8", "replace").splitlines()),
    )


def git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    done = run(folder, *arguments, given=given)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def cloned(place: Place, folder: Path) -> Path:
    git(folder, "clone", "-q", str(place.instance.repository.folder), "mine")
    git(folder / "mine", "remote", "set-url", "origin", place.whole())
    return folder / "mine"


def add(clone: Path, files: dict[str, str | bytes], message: str = "Un pas") -> str:
    for name, text in files.items():
        path = clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", message)
    return git(clone, "rev-parse", "HEAD")
