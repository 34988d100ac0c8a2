"""Mirrors with real git remotes: nothing overwritten, nothing lost, and never a silent stop."""

import os
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import Process
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from wiki.config import load_settings
from wiki.diagnostics import faults
from wiki.instance import Instance, close_instance, open_instance
from wiki.mirroring import run, run_now
from wiki.mirroring.words import explain
from wiki.parts.creation import found
from wiki.people import mirrors
from wiki.people.accounts import add_person
from wiki.people.accounts.access_tokens import issue
from wiki.people.mirrors import CONFLICT, DIVERGED, FAILED, IN_STEP, REFUSED, Mirror
from wiki.people.person import Person
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.repository.remote.addresses import make_folder
from wiki.repository.remote.fetch import aside_of
from wiki.testing import Server

if TYPE_CHECKING:
    from flask.testing import FlaskClient

Files = dict[str, str | None]
Write = Callable[[Files], str]


def git(folder: Path, *words: str, given: bytes = b"") -> str:
    env = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{role}_NAME": "Ailleurs" for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": "a@example.net" for role in ("AUTHOR", "COMMITTER")},
    }
    done = subprocess.run(
        ["git", *words], cwd=folder, env=env, input=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


class There:
    """A bare repository elsewhere, into which someone commits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)

    def head(self, branch: str = "main") -> str:
        return git(self.folder, "rev-parse", f"refs/heads/{branch}")

    def branches(self) -> list[str]:
        return git(self.folder, "for-each-ref", "--format=%(refname:short)").split()

    def write(
        self,
        files: Files,
        *,
        onto: str | None = None,
        mode: str = "100644",
        message: str = "d’ailleurs",
    ) -> str:
        """A commit of ``files`` on the branch, or on ``onto``."""
        parent = onto if onto is not None else self.head()
        lines = git(self.folder, "ls-tree", "-r", parent) if parent else ""
        kept = [line for line in lines.splitlines() if line and line.split("\t")[1] not in files]
        for name, text in files.items():
            if text is not None:
                blob = git(self.folder, "hash-object", "-w", "--stdin", given=text.encode())
                kept.append(f"{mode} blob {blob}\t{name}")
        tree = git(self.folder, "mktree", given="".join(f"{line}\n" for line in kept).encode())
        parents = ["-p", parent] if parent else []
        words = ("commit-tree", tree, *parents, "-F", "-")
        made = git(self.folder, *words, given=message.encode())
        git(self.folder, "update-ref", "refs/heads/main", made)
        return made


@pytest.fixture
def there(tmp_path: Path) -> There:
    return There(tmp_path / "there.git")


@pytest.fixture
def start(write: Write) -> str:
    return write({"index.md": "# Accueil\n", "a.md": "# A\n\nun\n\ndeux\n", "b.md": "# B\n"})


@pytest.fixture
def mirror(instance: Instance, there: There) -> Callable[..., Mirror]:
    def mirror(direction: str, url: str = "", what: str = "all") -> Mirror:
        address = url or str(there.folder)
        return mirrors.add(instance.private, "copie", address, direction=direction, what=what)

    return mirror


def once(instance: Instance) -> Mirror:
    (found,) = run_now(instance, ["copie"])
    return found


def mails(instance: Instance) -> list[str]:
    from sqlalchemy import select

    from wiki.people.models.background import MailRow

    with instance.private.reading() as session:
        return [row.subject for row in session.scalars(select(MailRow).order_by(MailRow.created))]


def wrong(instance: Instance) -> list[str]:
    """What `wiki check` says, but for derived stores that nobody has asked for yet."""
    return [fault for fault in faults(instance) if "was missing" not in fault]


def test_a_copy_follows_the_head(
    instance: Instance, there: There, start: str, write: Write, mirror: Callable[..., Mirror]
) -> None:
    mirror("push")
    assert run(instance) == 1
    assert there.head() == start
    assert run(instance) == 0  # nothing new, and not due
    new = write({"b.md": "# B\n\nplus\n"})
    assert run(instance) == 1
    assert there.head() == new
    assert mirrors.get(instance.private, "copie").state == IN_STEP
    assert there.branches() == ["main"]
    assert wrong(instance) == []


def test_what_is_new_there_comes_and_is_found(
    instance: Instance,
    there: There,
    start: str,
    mirror: Callable[..., Mirror],
    client: "FlaskClient",
) -> None:
    mirror("both")
    once(instance)
    theirs = there.write({"neuve.md": "# Neuve\n\nUn perroquet.\n"})
    assert once(instance).state == IN_STEP
    assert instance.repository.head() == theirs
    assert "neuve" in client.get("/-/search?q=perroquet").get_data(as_text=True)


def test_needs_that_come_get_their_numbers_and_go_back(
    instance: Instance, there: There, start: str, mirror: Callable[..., Mirror]
) -> None:
    mirror("both")
    once(instance)
    there.write({"p.md": "# P\n\n::: besoins\n- [ ] Un avis\n\n:::\n"})
    once(instance)
    head = instance.repository.head()
    assert there.head() == head
    blob = instance.repository.read("p.md", head)
    assert blob is not None and b"{#b-" in blob.data


def test_two_sides_that_do_not_touch_are_merged(
    instance: Instance, there: There, start: str, write: Write, mirror: Callable[..., Mirror]
) -> None:
    mirror("both")
    once(instance)
    ours = write({"a.md": "# A\n\nun, ici\n\ndeux\n"})
    theirs = there.write({"a.md": "# A\n\nun\n\ndeux, là\n", "c.md": "# C\n"})
    now = once(instance)
    head = instance.repository.head()
    assert (now.state, there.head()) == (IN_STEP, head)
    assert instance.repository.commit_info(head).parents == (ours, theirs)
    blob = instance.repository.read("a.md", head)
    assert blob is not None and blob.data.decode() == "# A\n\nun, ici\n\ndeux, là\n"
    assert wrong(instance) == []


def test_a_conflict_is_set_aside_told_and_left_by_itself(
    instance: Instance,
    there: There,
    start: str,
    write: Write,
    mirror: Callable[..., Mirror],
    person: Callable[..., Person],
) -> None:
    person("Admin", role="admin")
    mirror("both")
    once(instance)
    ours = write({"b.md": "# B d’ici\n"})
    theirs = there.write({"b.md": "# B de là\n"})
    now = once(instance)
    assert (now.state, now.said, now.ahead, now.behind) == (CONFLICT, "b.md", 1, 1)
    assert instance.repository.head() == ours
    assert there.head() == theirs
    assert there.head(now.beside) == ours  # the copy goes on
    assert list(aside_of(instance.repository, "copie").values()) == [theirs]
    assert len(mails(instance)) == 1
    (fault,) = wrong(instance)
    assert "b.md" in fault and now.beside in fault

    later = write({"a.md": "# A plus tard\n"})
    assert once(instance).state == CONFLICT
    assert there.head(now.beside) == later
    assert len(mails(instance)) == 1  # told already today

    there.write({"b.md": "# B d’ici et de là\n"}, onto=theirs)
    merged = git(there.folder, "rev-parse", "main^{tree}")
    tree = git(there.folder, "commit-tree", merged, "-p", theirs, "-p", later, "-m", "fusion")
    git(there.folder, "update-ref", "refs/heads/main", tree)
    assert once(instance).state == IN_STEP
    assert instance.repository.head() == there.head() == tree
    assert len(mails(instance)) == 2
    assert wrong(instance) == []


def test_one_page_in_two_files_is_a_conflict(
    instance: Instance, there: There, start: str, write: Write, mirror: Callable[..., Mirror]
) -> None:
    mirror("both")
    once(instance)
    write({"projet/index.md": "# D’ici\n"})
    there.write({"projet.md": "# De là\n"})
    now = once(instance)
    assert (now.state, now.said) == (CONFLICT, "projet.md")


def test_a_conflict_that_nobody_touches_is_not_fetched_again(
    instance: Instance, there: There, start: str, write: Write, mirror: Callable[..., Mirror]
) -> None:
    mirror("pull")
    there.write({"b.md": "# B de là\n"}, onto="")
    assert once(instance).state == DIVERGED  # another history altogether
    before = {path.name for path in instance.repository.folder.glob("objects/pack/*")}
    with instance.private.session() as session:
        from wiki.people.models.exchanges import MirrorRow

        row = session.get(MirrorRow, "copie")
        assert row is not None
        row.due = instance.private.now()
    assert run(instance) == 1
    assert mirrors.get(instance.private, "copie").state == DIVERGED
    assert {path.name for path in instance.repository.folder.glob("objects/pack/*")} == before


def test_a_copy_that_someone_else_wrote_to_is_never_overwritten(
    instance: Instance, there: There, start: str, write: Write, mirror: Callable[..., Mirror]
) -> None:
    mirror("push")
    once(instance)
    theirs = there.write({"c.md": "# C\n"})
    now = once(instance)
    assert (now.state, now.ahead, now.behind, now.beside) == (DIVERGED, 0, 1, "")
    ours = write({"b.md": "# B d’ici\n"})
    now = once(instance)
    assert (now.state, there.head()) == (DIVERGED, theirs)
    assert there.head(now.beside) == ours
    assert theirs in aside_of(instance.repository, "copie").values()
    # One of the choices that are told: let the wiki take them as well.
    mirrors.remove(instance.private, "copie")
    mirror("both")
    assert once(instance).state == IN_STEP
    head = instance.repository.head()
    assert there.head() == head
    assert instance.repository.is_ancestor(theirs, head)
    assert instance.repository.is_ancestor(ours, head)


def test_a_history_that_was_rewritten_there_takes_nothing_away_here(
    instance: Instance, there: There, start: str, mirror: Callable[..., Mirror]
) -> None:
    mirror("both")
    once(instance)
    there.write({"c.md": "# C\n"})
    once(instance)
    head = instance.repository.head()
    rewritten = there.write({"c.md": "# C autrement\n"}, onto=start)
    now = once(instance)
    assert (now.state, instance.repository.head()) == (DIVERGED, head)
    assert there.head() == rewritten
    assert there.head(now.beside) == head


def test_the_commands_that_are_told_do_what_is_said(
    instance: Instance, there: There, start: str, write: Write, mirror: Callable[..., Mirror]
) -> None:
    mirror("both")
    once(instance)
    ours = write({"b.md": "# B d’ici\n"})
    theirs = there.write({"b.md": "# B de là\n"})
    now = once(instance)
    assert now.state == CONFLICT
    both, wins, _end = explain(instance, now).choices
    assert len(both.commands) == 4
    (command,) = wins.commands
    git(there.folder.parent, *shlex.split(command)[1:])
    assert there.head() == ours
    assert once(instance).state == IN_STEP
    assert theirs in aside_of(instance.repository, "copie").values()


HOSTILE: dict[str, tuple[Files, str, str]] = {
    "a link": ({"lien.md": "/etc/passwd"}, "120000", "symbol"),
    "a program": ({"x.md": "# X\n"}, "100755", "x.md"),
    "git's own": ({".gitmodules": "x\n"}, "100644", ".gitmodules"),
    "a clash": ({"A.md": "# A\n"}, "100644", "a.md"),
    "an empty page": ({"vide.md": " \n"}, "100644", "vide.md"),
}


@pytest.mark.parametrize(("files", "mode", "word"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_commits_are_refused_whole(
    instance: Instance,
    there: There,
    start: str,
    mirror: Callable[..., Mirror],
    files: Files,
    mode: str,
    word: str,
) -> None:
    mirror("both")
    once(instance)
    theirs = there.write(files, mode=mode)
    there.write({"bonne.md": "# Bonne\n"})
    now = once(instance)
    assert now.state == REFUSED and word in now.said and theirs[:8] in now.said
    assert instance.repository.head() == start
    assert not instance.repository.has(theirs)
    there.write({"bonne.md": "# Bonne\n"}, onto=start)
    assert once(instance).state == IN_STEP


@pytest.mark.parametrize("length", [10_001, 200_000])
def test_endless_messages_are_refused(
    instance: Instance, there: There, start: str, mirror: Callable[..., Mirror], length: int
) -> None:
    mirror("both")
    once(instance)
    theirs = there.write({"bonne.md": "# Bonne\n"}, message="x" * length)
    now = once(instance)
    assert now.state == REFUSED and "message" in now.said and theirs[:8] in now.said
    assert not instance.repository.has(theirs)


def test_what_is_too_large_is_cut_off(
    instance: Instance, there: There, start: str, mirror: Callable[..., Mirror]
) -> None:
    mirror("both")
    once(instance)
    there.write({"gros.md": os.urandom(200_000).hex()})
    small = replace(instance, settings=replace(instance.settings, max_push=50_000))
    now = once(small)
    assert now.state == FAILED and "max_push" in now.said
    assert instance.repository.head() == start


def test_a_remote_that_is_gone_is_told_once_a_day_and_comes_back(
    instance: Instance,
    there: There,
    start: str,
    write: Write,
    mirror: Callable[..., Mirror],
    person: Callable[..., Person],
) -> None:
    person("Admin", role="admin")
    mirror("push")
    once(instance)
    elsewhere = there.folder.rename(there.folder.with_name("unmounted"))
    moment = datetime.now(UTC).replace(hour=11)
    waits = []
    instance.private.now = lambda: moment
    new = write({"b.md": "# B\n\nplus\n"})
    for _ in range(12):
        assert run(instance) == 1
        now = mirrors.get(instance.private, "copie")
        assert now.state == FAILED
        assert not there.folder.exists()  # nothing is made in its place
        waits.append(now.due - moment)
        assert run(instance) == 0
        moment = now.due
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=1))
    assert len(mails(instance)) == 1
    moment += timedelta(days=1)
    run(instance)
    assert len(mails(instance)) == 2
    elsewhere.rename(there.folder)
    moment = mirrors.get(instance.private, "copie").due
    run(instance)
    assert there.head() == new
    assert mirrors.get(instance.private, "copie").state == IN_STEP
    assert len(mails(instance)) == 3


def test_what_was_closed_leaves_the_public_copy(
    instance: Instance, there: There, write: Write, mirror: Callable[..., Mirror]
) -> None:
    write({"index.md": "# Accueil\n", "bientot.md": "# Canari\n"})
    mirror("push", what="public")
    assert once(instance).state == IN_STEP
    assert "bientot.md" in git(there.folder, "ls-tree", "-r", "--name-only", "main")
    write({"bientot.md": "---\nvisibility: members\n---\n# Canari\n"})
    assert once(instance).state == IN_STEP
    assert git(there.folder, "log", "--all", "--oneline", "--", "bientot.md") == ""
    # Not over what someone else has committed there.
    theirs = there.write({"autre.md": "# Autre\n"})
    write({"index.md": "# Accueil d’ici\n"})
    now = once(instance)
    assert (now.state, there.head()) == (DIVERGED, theirs)
    assert "Accueil d’ici" in git(there.folder, "show", f"{now.beside}:index.md")


def _take_and_die(folder: Path) -> None:
    """A run in a process of its own, killed at the moment the branch is about to move."""
    from wiki.mirroring import pull

    def die(*_args: object) -> None:
        os.kill(os.getpid(), 9)

    opened = open_instance(load_settings(folder, environ={}))
    vars(pull)["take"] = die
    run(opened)


def test_a_run_that_is_killed_is_done_by_the_next(
    instance: Instance, there: There, start: str, mirror: Callable[..., Mirror]
) -> None:
    mirror("both")
    once(instance)
    theirs = there.write({"c.md": "# C\n"})
    with instance.private.session() as session:
        from wiki.people.models.exchanges import MirrorRow

        row = session.get(MirrorRow, "copie")
        assert row is not None
        row.due = instance.private.now()
    process = Process(target=_take_and_die, args=(instance.settings.instance,))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    assert instance.repository.head() == start
    now = mirrors.get(instance.private, "copie")
    assert now.due - instance.private.now() < timedelta(minutes=2)
    assert once(instance).state == IN_STEP
    assert instance.repository.head() == theirs


def test_two_wikis_take_from_each_other_over_http(
    instance: Instance,
    start: str,
    write: Write,
    tmp_path: Path,
    serve: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = load_settings(tmp_path / "autre", environ={})
    found(settings, source=str(instance.repository.folder))
    other = open_instance(settings)
    try:
        admin = add_person(other.private, email="a@example.org", name="Ada", role="admin")
        token = issue(other.private, admin.id, name="miroir", scopes=["git"], days=None)
        server = serve(settings.instance)
        url = f"{server.url}/-/git/all.git"
        mirrors.add(instance.private, "copie", url, direction="pull")
        mirrors.add(other.private, "copie", str(instance.repository.folder), direction="pull")
        assert once(instance).state == FAILED  # no token: told, and tried again
        monkeypatch.setenv("WIKI_MIRROR_COPIE_TOKEN", token)
        assert once(instance).state == IN_STEP

        ours = write({"a.md": "# A\n\nun, ici\n\ndeux\n"})
        author = Author("Ada", admin.alias)
        theirs = commit(
            other.repository, other.repository.head(), {"c.md": b"# C\n"}, author, "de l\xe0"
        )
        # Both at the same moment: each merges what the other has, and that is the end of it.
        for _ in range(3):
            assert (once(instance).state, once(other).state) == (IN_STEP, IN_STEP)
        assert instance.repository.head() == other.repository.head()
        for commit_id in (ours, theirs):
            assert instance.repository.is_ancestor(commit_id, instance.repository.head())
        # Pushing there is for who signed the commits: told in that wiki's own words, tried again.
        monkeypatch.setenv("WIKI_MIRROR_POUSSE_TOKEN", token)
        mirrors.add(instance.private, "pousse", url, direction="push")
        assert run_now(instance, ["pousse"])[0].state == IN_STEP
        write({"b.md": "# B\n\nplus\n"})
        (pushed,) = run_now(instance, ["pousse"])
        assert pushed.state == FAILED and "remote: " in pushed.said
        assert "user.email" in pushed.said and "rejected" in pushed.said
        assert token not in repr(mirrors.listed(instance.private))
        assert token not in caplog.text
        if private := instance.private.path:
            assert token.encode() not in private.read_bytes()
    finally:
        close_instance(other)


def test_wikis_that_merged_at_the_same_moment_come_to_rest(
    instance: Instance, start: str, write: Write, there: There, mirror: Callable[..., Mirror]
) -> None:
    """Two merges of the same commits hold the same files: neither is merged again."""
    ours = write({"a.md": "# A\n\nun, ici\n\ndeux\n"})
    git(there.folder, "fetch", "-q", str(instance.repository.folder), f"{start}:refs/heads/main")
    theirs = there.write({"c.md": "# C\n"})
    mirror("pull")
    once(instance)
    merge = instance.repository.head()
    tree = git(instance.repository.folder, "rev-parse", f"{merge}^{{tree}}")
    git(there.folder, "fetch", "-q", str(instance.repository.folder), f"{merge}:refs/x")
    again = git(there.folder, "commit-tree", tree, "-p", theirs, "-p", ours, "-m", "fusion")
    git(there.folder, "update-ref", "refs/heads/main", again)
    assert once(instance).state == IN_STEP
    assert instance.repository.head() == merge
    there.write({"d.md": "# D\n"})
    assert once(instance).state == IN_STEP
    assert instance.repository.blob_id("d.md", instance.repository.head())


def test_a_token_is_in_no_argument(
    instance: Instance, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every git that a run starts is asked for its arguments, by a stand-in on the path."""
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout
    log = tmp_path / "arguments"
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {log}\nexec {real.strip()} "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("WIKI_MIRROR_COPIE_TOKEN", "tres-secret")
    mirrors.add(instance.private, "copie", "http://moi@127.0.0.1:9/x.git", direction="both")
    now = once(instance)
    assert now.state == FAILED
    said = log.read_text()
    assert "ls-remote" in said and "http://127.0.0.1:9/x.git" in said
    assert "tres-secret" not in said + now.said
    assert "dHJlcy1zZWNyZXQ" not in said


def test_saves_go_on_while_a_remote_is_slow(
    instance: Instance, start: str, write: Write, mirror: Callable[..., Mirror]
) -> None:
    """Nothing of the wiki is held while the remote is waited for."""
    import socket
    from threading import Thread

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        mirror("both", url=f"http://127.0.0.1:{port}/x.git")
        running = Thread(target=once, args=(instance,))
        running.start()
        caller, _address = silent.accept()
        write({"b.md": "# B\n\nplus\n"})
        assert running.is_alive(), "it still waits"
        caller.close()
    running.join(60)
    assert mirrors.get(instance.private, "copie").state == FAILED


def wiki(instance: Instance, *words: str) -> Result:
    from wiki.cli import main

    return CliRunner().invoke(main, ["--instance", str(instance.settings.instance), *words])


def test_the_command(instance: Instance, start: str, there: There, tmp_path: Path) -> None:
    copy = tmp_path / "copie.git"
    assert wiki(instance, "mirror", "add", "nas", str(copy), "--push").exit_code == 0
    assert wiki(instance, "mirror", "run").exit_code == 0
    assert git(copy, "rev-parse", "refs/heads/main") == start
    assert wiki(instance, "mirror", "add", "forge", str(there.folder), "--push").exit_code == 0
    there.write({"x.md": "# X\n"}, onto="")
    ran = wiki(instance, "mirror", "run")
    assert ran.exit_code == 1
    assert ran.stderr.count("\n") == 1 and ran.stderr.startswith("wiki: forge: ")
    said = wiki(instance, "mirror", "list").stdout
    assert "nas\t" in said and "forge\t" in said
    assert f"mirror add forge {there.folder} --both" in said
    assert wiki(instance, "mirror", "remove", "forge").exit_code == 0
    assert wiki(instance, "mirror", "run", "forge").exit_code == 1
    assert wiki(instance, "mirror", "run", "nas").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("Nom", "https://x.example/y.git", "--push"),
        ("x", "https://x.example/y.git", "--pull", "--public"),
        ("x", "ext::sh -c id", "--push"),
        ("x", "https://moi:secret@x.example/y.git", "--push"),
    ],
)
def test_the_command_refuses(instance: Instance, words: tuple[str, ...]) -> None:
    refused = wiki(instance, "mirror", "add", *words)
    assert refused.exit_code == 1 and refused.stderr.count("\n") == 1
    assert mirrors.listed(instance.private) == []


def test_a_copy_in_the_wiki_s_own_folder_is_no_copy(instance: Instance) -> None:
    inside = str(instance.settings.instance / "copie.git")
    assert wiki(instance, "mirror", "add", "x", inside, "--push").exit_code == 1
    assert not Path(inside).exists()


def test_administrators_see_how_mirrors_go(
    instance: Instance,
    start: str,
    there: There,
    mirror: Callable[..., Mirror],
    log_in: "Callable[[Person], FlaskClient]",
    person: Callable[..., Person],
    client: "FlaskClient",
) -> None:
    mirror("push")
    there.write({"x.md": "# X\n"}, onto="")
    now = once(instance)
    page = log_in(person("Admin", role="admin")).get("/-/admin/mirrors").get_data(as_text=True)
    assert now.beside in page and "mirror remove copie" in page
    assert f"refs/aside/copie/{now.theirs[:12]}" in page
    assert log_in(person("Mem")).get("/-/admin/mirrors").status_code == 403
    said = client.get("/-/metrics").get_data(as_text=True)
    assert 'wiki_mirror_state{name="copie",state="diverged"} 1.0' in said
    assert str(there.folder) not in said
