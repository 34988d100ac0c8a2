"""The command as one types it, and a repository that somebody else has written."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wiki.testing import ForkServer

Run = Callable[..., Result]
Git = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the instance of a test is, or will be."""
    return tmp_path / "instance"


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """``run("search", "lora", input="")``: ``wiki`` on ``folder``, in this process."""
    from wiki.cli import main

    for name in [name for name in os.environ if name.startswith("WIKI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WIKI_INSTANCE", str(folder))
    mask = os.umask(0o077)

    def run(*words: str, input: str | bytes = b"") -> Result:
        return CliRunner().invoke(main, words, input=input)

    yield run
    os.umask(mask)


@pytest.fixture
def typed(
    folder: Path, fork_server: ForkServer
) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """``typed("render", given="text")``: ``wiki`` on ``folder``, as a process of its own."""

    def typed(
        *words: str, given: str = "", stdout: int | None = None, **environ: str
    ) -> "subprocess.CompletedProcess[str]":
        known = {name: value for name, value in os.environ.items() if name[:5] != "WIKI_"}
        told = {**known, "WIKI_INSTANCE": str(folder), **environ}
        return fork_server.run(words, told, given=given, stdout=stdout)

    return typed


@pytest.fixture
def foreign(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """``foreign({file: text})``: a git repository of somebody else's; a text ``-> x`` is a link."""
    env = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{role}_NAME": "Une main" for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": "main@people.invalid" for role in ("AUTHOR", "COMMITTER")},
    }
    place = tmp_path / "foreign"

    def git(*words: str, given: bytes = b"") -> str:
        command = ["git", "-C", str(place), "-c", "core.precomposeunicode=false", *words]
        done = subprocess.run(command, env=env, input=given, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def make(files: Mapping[str, str | bytes]) -> Path:
        place.mkdir()
        git("init", "--quiet", "--bare", "--initial-branch=main")
        lines = []
        for name, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            mode = "120000" if data.startswith(b"-> ") else "100644"
            data = data.removeprefix(b"-> ")
            blob = git("hash-object", "-w", "--stdin", given=data)
            lines.append(f"{mode} {blob}\t{name}\0")
        # By the index, whose names may differ in capitals alone, whatever the disk says of it.
        git("update-index", "-z", "--index-info", given="".join(lines).encode())
        commit = git("commit-tree", git("write-tree"), "-m", "D’ailleurs")
        git("update-ref", "refs/heads/main", commit)
        return place

    return make


def one_line(result: Result) -> str:
    """What a command that could not said, which is one line."""
    said = result.stderr
    assert result.exit_code == 1, (result.exit_code, said, result.exception)
    assert said.count("\n") == 1 and said.startswith("wiki: "), said
    return said


@pytest.fixture
def refused(run: Run) -> Callable[..., str]:
    """``refused(*words)``: the one line that the command gives as a reason, at status 1."""
    return lambda *words, **options: one_line(run(*words, **options))
