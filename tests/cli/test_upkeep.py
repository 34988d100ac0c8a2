"""Founding, checking, backing up: what an operator does, and what is left when it fails."""

import io
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wiki.testing import ForkServer

if TYPE_CHECKING:
    from click.testing import Result
    from flask.testing import FlaskClient

    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person

Run = Callable[..., "Result"]
Refused = Callable[..., str]
Typed = Callable[..., "subprocess.CompletedProcess[str]"]
Foreign = Callable[[dict[str, str]], Path]

#: ``wiki`` where no file may be larger than a few blocks
LIMITED = """
import resource
from wiki.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
main()
"""
BROKEN = "---\nteam: [oups\n---\n\nUn texte.\n"
#: a wiki of two pages, where it does not matter which
FEW = {"index.md": "# Accueil\n", "lora.md": "# LoRa à la ferme\n"}
NEED = "# A\n\n::: besoins\n- [ ] Un avis {#b-7k2qx9ma}\n\n:::\n"


def test_a_new_instance_is_sound(run: Run) -> None:
    made = run("init")
    assert made.exit_code == 0 and made.stderr == ""
    # What was made, and how to go on.
    first, second = made.stdout.splitlines()
    assert " pages" in first and "wiki serve" in second
    checked = run("check")
    assert (checked.exit_code, checked.output) == (0, "")


def test_a_kernel_that_keeps_the_network_is_told(run: Run, folder: Path) -> None:
    run("init", "--empty")
    none = "echo 0 > /proc/sys/user/max_user_namespaces && exec"
    command = ["unshare", "--map-root-user", "sh", "-c", f'{none} "$@"', "sh"]
    if subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip("no user namespace can be had here to forbid them in")
    check = [sys.executable, "-m", "wiki", "--instance", str(folder), "check"]
    told = subprocess.run([*command, *check], capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, "")
    assert "allow user namespaces" in told.stderr and told.stderr.count("\n") == 1


def test_every_fault_is_a_line(run: Run, foreign: Foreign) -> None:
    source = foreign(
        {
            "README.md": "# Lisez-moi\n",
            "lien.md": "-> README.md",
            "plan.pdf": "-> /etc/passwd",
            "Casse.md": "# A\n",
            "casse.md": "# B\n",
            "Dossier/a.md": "# A\n",
            "dossier/b.md": "# B\n",
            "dossier/c.md": "# C\n",
            "\u00e9t\u00e9.md": "# A\n",
            "e\u0301te\u0301.md": "# B\n",
            "cassé.md": BROKEN,
            "double.md": "# A\n",
            "double/index.md": "# B\n",
            "un.md": NEED,
            "aux.md": "# Un nom de Windows\n",
        }
    )
    assert run("init", "--from", str(source)).exit_code == 0
    checked = run("check")
    assert checked.exit_code == 1
    assert sorted(checked.stdout.splitlines()) == [
        "hidden from all but administrators, its front matter cannot be read: 'cassé.md'",
        "not served, it is a symbolic link: 'lien.md'",
        "not served, it is a symbolic link: 'plan.pdf'",
        "not served, its name is not safe: 'aux.md'",
        "not served, its name is not safe: 'e\u0301te\u0301.md'",
        "two files for one page, double.md wins: 'double/index.md'",
        "two names that differ in capitals alone, one file on many machines:"
        " 'Casse.md' and 'casse.md'",
        "two names that differ in capitals alone, one file on many machines:"
        " 'Dossier' and 'dossier'",
        r"two names that differ in how their accents are encoded:"
        r" 'e\u0301te\u0301.md' and '\xe9t\xe9.md'",
    ]


def test_an_identity_on_two_pages_is_told(
    run: Run, instance: "Instance", write: Callable[..., str]
) -> None:
    write({"un.md": NEED, "deux.md": NEED})
    run("reindex")
    checked = run("check")
    assert checked.exit_code == 1
    assert checked.stdout.startswith("identity on several pages: b-7k2qx9ma: ")
    assert checked.stdout.count("\n") == 1


def test_faults_of_one_kind_are_bounded(
    run: Run, instance: "Instance", write: Callable[..., str]
) -> None:
    write({f"{number}.md": BROKEN for number in range(120)})
    run("reindex")
    lines = run("check").stdout.splitlines()
    assert len(lines) == 51
    assert lines[-1].endswith(": 70 more")


def test_what_is_missing_of_the_index_is_told_and_made_again(
    run: Run, folder: Path, foreign: Foreign
) -> None:
    run("init", "--from", str(foreign(FEW)))
    for path in (folder / "index").rglob("*"):
        if path.is_file():
            path.unlink()
    checked = run("check")
    assert checked.exit_code == 1
    assert "search was missing; it has been made again" in checked.stdout.splitlines()
    assert run("check").exit_code == 0


def test_an_index_that_another_version_made_is_made_anew_without_a_word(
    run: Run, folder: Path, foreign: Foreign
) -> None:
    run("init", "--from", str(foreign(FEW)))
    run("reindex")
    (toc,) = (folder / "index" / "search").glob("*.toc")
    known, gone = (
        b"wiki.projections.searching.index.schema",
        b"wiki.projections.searching.index.former",
    )
    assert known in toc.read_bytes()
    toc.write_bytes(toc.read_bytes().replace(known, gone))
    with closing(sqlite3.connect(folder / "index" / "tables.db")) as rows, rows:
        rows.execute(
            """update marker set "schema" = 'other' where name in ('links', 'catalogue')"""
        )
    checked = run("check")
    assert (checked.exit_code, checked.output) == (0, "")
    assert "lora" in run("search", "ferme").output


def test_a_damaged_repository_is_told(run: Run, folder: Path) -> None:
    run("init")
    for path in (folder / "content.git" / "objects" / "pack").glob("*.pack"):
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:200])
    checked = run("check")
    assert checked.exit_code == 1
    assert checked.exception is None or isinstance(checked.exception, SystemExit)


def test_a_damaged_index_is_made_again(
    typed: Typed, run: Run, folder: Path, foreign: Foreign
) -> None:
    run("init", "--from", str(foreign(FEW)))
    (folder / "index" / "tables.db").write_bytes(b"junk" * 4096)
    for name in ("tables.db-wal", "tables.db-shm"):
        (folder / "index" / name).unlink(missing_ok=True)
    first = typed("check")
    assert "Traceback" not in first.stderr
    assert run("reindex").exit_code == 0
    assert run("check").exit_code == 0


def test_reindex_says_what_there_is(run: Run, refused: Refused, foreign: Foreign) -> None:
    run("init", "--from", str(foreign(FEW)))
    assert run("reindex").stdout.startswith("Rebuilt changes, links, catalogue, search, public, ")
    only = run("reindex", "--only", "search")
    assert only.stdout.startswith("Rebuilt search: ") and only.stderr == ""
    assert "nothing is called nowhere" in refused("reindex", "--only", "nowhere")


def test_a_link_is_neither_page_nor_file(run: Run, foreign: Foreign, settings: "Settings") -> None:
    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance

    source = foreign(
        {
            "vrai.md": "# Une vraie page\n",
            "lien.md": "-> vrai.md",
            "passwd.txt": "-> /etc/passwd",
            "vrai.txt": "un fichier",
            "dossier/index.md": "-> ../vrai.md",
        }
    )
    run("init", "--from", str(source))
    opened = open_instance(settings)
    try:
        client = create_app(opened).test_client()
        assert client.get("/vrai").status_code == 200
        assert client.get("/vrai.txt").status_code == 200
        for url in ("/lien", "/lien.md", "/passwd.txt", "/dossier", "/-/history/lien"):
            assert client.get(url).status_code == 404, url
        # Nobody has written a front page: the pages stand there.
        home = client.get("/")
        assert home.status_code == 200
        assert 'href="/vrai"' in home.text and "Une vraie page" in home.text
        assert 'href="/lien"' not in home.text
        assert client.get("/", headers={"Accept": "text/markdown"}).status_code == 404
    finally:
        close_instance(opened)


def test_a_wiki_without_a_front_page_invites_to_write_it(
    client: "FlaskClient",
    write: Callable[..., str],
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    empty = client.get("/")
    assert empty.status_code == 200 and "/-/edit/index" not in empty.text
    write({"dossier/un.md": "# Un\n", "cache.md": "---\nvisibility: team\n---\n\n# Caché\n"})
    assert 'href="/dossier/un"' in client.get("/").text
    assert "Caché" not in client.get("/").text
    assert 'href="/-/edit/index"' in log_in(person("Awa")).get("/").text
    write({"index.md": "# Bienvenue\n"})
    assert "Bienvenue" in client.get("/").text


def test_what_could_not_be_founded_leaves_nothing(
    run: Run, refused: Refused, folder: Path, tmp_path: Path
) -> None:
    deep = tmp_path / "a" / "b"
    refused("--instance", str(deep), "init", "--from", str(tmp_path / "nowhere"))
    assert not (tmp_path / "a").exists()
    folder.mkdir()
    (folder / "wiki.toml").write_text('site_name = "À moi"\n', "utf-8")
    refused("init", "--from", str(tmp_path / "nowhere"))
    assert [path.name for path in folder.iterdir()] == ["wiki.toml"]
    assert run("init", "--empty").exit_code == 0
    assert "already" in refused("init")


def test_a_backup_is_restored_whole(
    run: Run, refused: Refused, folder: Path, tmp_path: Path, foreign: Foreign
) -> None:
    run("init", "--from", str(foreign(FEW)))
    added = ("user", "add", "a@example.org", "--name", "Une", "--password-stdin")
    run(*added, input="une phrase assez longue\n")
    (folder / "wiki.toml").write_text('site_name = "À moi"\n', "utf-8")
    archive = tmp_path / "backup.tar"
    written = run("backup", str(archive))
    assert written.stdout.startswith(f"Wrote {archive}: 2 pages, 1 account, ")
    assert archive.stat().st_mode & 0o077 == 0

    elsewhere = tmp_path / "elsewhere"
    there = ("--instance", str(elsewhere))
    done = run(*there, "restore", str(archive))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"Restored into {elsewhere}: 2 pages, 1 account.\n"
    for name in ("secret", "wiki.toml"):
        assert (elsewhere / name).read_bytes() == (folder / name).read_bytes()
    assert (elsewhere / "secret").stat().st_mode & 0o077 == 0
    head = Path("content.git", "refs", "heads", "main")
    assert (elsewhere / head).read_text() == (folder / head).read_text()
    for words in (("user", "list"), ("search", "ferme"), ("check",)):
        assert run(*there, *words).output == run(*words).output
    assert run("search", "ferme").stdout == "lora\tLoRa à la ferme\n"
    with sqlite3.connect(elsewhere / "private.db") as rows:
        assert "argon2id" in rows.execute("select password_hash from person").fetchone()[0]
    assert sorted(path.name for path in elsewhere.iterdir() if path.name[0] == ".") == []

    assert "already" in refused(*there, "restore", str(archive))
    folder.joinpath("content.git").rename(tmp_path / "away")
    assert "already" in refused("restore", str(archive))
    (other := tmp_path / "other").mkdir()
    (other / "letter.txt").touch()
    assert "not empty" in refused("--instance", str(other), "restore", str(archive))


def test_what_the_operator_does_is_in_the_trail(
    run: Run,
    folder: Path,
    tmp_path: Path,
    foreign: Foreign,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from wiki.cli.audit import operator, record_setting_changes
    from wiki.config import load_settings

    monkeypatch.delenv("SUDO_USER", raising=False)
    run("init", "--from", str(foreign(FEW)))
    une = ("user", "add", "a@example.org", "--name", "Une", "--role", "admin", "--password-stdin")
    run(*une, input="une phrase assez longue\n")
    run("user", "add", "b@example.org", "--name", "Deux")
    run("user", "set-role", "b@example.org", "reader")
    run("mirror", "add", "copie", str(tmp_path / "copie.git"), "--push")
    run("mirror", "remove", "copie")
    (folder / ".backup-x").mkdir()
    os.utime(folder / ".backup-x", (0, 0))
    run("check", "--mend")
    run("backup", str(tmp_path / "b.tar"))
    toml = folder / "wiki.toml"
    for words in (
        "",
        'smtp_password = "grillon-47"\nsite_name = "Ici"\n',
        'smtp_password = "cigale-48"\nsite_name = "Ici"\n',
        'smtp_password = "cigale-48"\nsite_name = "Ici"\n',
    ):
        toml.write_text(words, "utf-8")
        record_setting_changes(load_settings(folder, {}))
    elsewhere = ("--instance", str(tmp_path / "elsewhere"))
    assert run(*elsewhere, "restore", str(tmp_path / "b.tar")).exit_code == 0
    # They only tell, and add nothing.
    for command in (("user", "list"), ("search", "ferme"), ("check",), ("mirror", "list")):
        run(*command)

    asked = "select who, what, said from audit order by id"
    with closing(sqlite3.connect(folder / "private.db")) as rows:
        lines = rows.execute(asked).fetchall()
        assert b"grillon" not in rows.serialize()
    assert (folder / "settings.seen").stat().st_mode & 0o077 == 0
    assert b"cigale" not in (folder / "settings.seen").read_bytes()
    assert {who for who, *_said in lines} == {operator()}
    assert operator().startswith("unix ")
    assert [line[1:] for line in lines] == [
        ("founded", ""),
        ("account", "admin"),
        ("account", "member"),
        ("role", "member → reader"),
        ("mirror", str(tmp_path / "copie.git")),
        ("no-mirror", str(tmp_path / "copie.git")),
        ("mended", ".backup-x: removed, it was left unfinished"),
        ("backup", "b.tar"),
        ("settings", "site_name, smtp_password"),
        ("settings", "smtp_password"),
    ]
    with closing(sqlite3.connect(tmp_path / "elsewhere" / "private.db")) as rows:
        assert rows.execute(asked).fetchall()[-1] == (operator(), "restored", "b.tar")
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "ada")
    assert operator() == "unix ada"


def _archive(path: Path, **parts: bytes) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in parts.items():
            member = tarfile.TarInfo(name.replace("__", "."))
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def test_junk_is_no_backup_and_leaves_nothing(
    run: Run, refused: Refused, folder: Path, tmp_path: Path, foreign: Foreign
) -> None:
    run("--instance", str(tmp_path / "other"), "init", "--from", str(foreign(FEW)))
    good = tmp_path / "good.tar"
    run("--instance", str(tmp_path / "other"), "backup", str(good))
    (tmp_path / "junk").write_bytes(os.urandom(5000))
    (tmp_path / "nothing").touch()
    (tmp_path / "torn").write_bytes(good.read_bytes()[:-3000])
    (tmp_path / "bzip").write_bytes(b"BZh9" + b"junk" * 100)
    _archive(tmp_path / "tar", other=b"x")
    _archive(tmp_path / "rows", private=b"no database")
    _archive(tmp_path / "toml", private=b"x", wiki__toml=b"port = 99999\n")
    for name in ("junk", "nothing", "torn", "bzip", "tar", "rows", "toml"):
        refused("restore", str(tmp_path / name))
        assert not folder.exists(), name
    with tarfile.open(good) as archive:
        rows = archive.extractfile("private")
        assert rows
        _archive(tmp_path / "bundle", private=rows.read(), content__bundle=b"no bundle")
    refused("restore", str(tmp_path / "bundle"))
    assert not folder.exists()
    assert run("restore", str(good)).exit_code == 0


def test_private_rows_of_another_instance_are_left_alone(
    run: Run, refused: Refused, folder: Path, tmp_path: Path
) -> None:
    """The settings in a backup may name a database that is in use."""
    folder.mkdir()
    url = f"sqlite:///{tmp_path / 'rows.db'}"
    (folder / "wiki.toml").write_text(f'database_url = "{url}"\n', "utf-8")
    run("init", "--empty")
    run("backup", str(tmp_path / "backup.tar"))
    run("user", "add", "a@example.org", "--name", "Une")
    copy = tmp_path / "copy"
    assert "already" in refused("--instance", str(copy), "restore", str(tmp_path / "backup.tar"))
    assert not copy.exists()
    assert run("user", "list").stdout == "a@example.org\tUne\tmember\n"


def test_where_a_backup_cannot_be_written_it_is_said(
    run: Run, refused: Refused, tmp_path: Path
) -> None:
    run("init", "--empty")
    assert "no folder" in refused("backup", str(tmp_path / "nowhere" / "x.tar"))
    assert "no folder" in refused("backup", "/dev/null/x.tar")
    assert run("backup", str(tmp_path)).exit_code == 2


def test_a_disk_that_takes_nothing_is_a_line(
    run: Run, tmp_path: Path, fork_server: ForkServer
) -> None:
    """A limit on the size of files does what a full disk does."""
    run("init", "--empty")
    environ = {**os.environ, "WIKI_INSTANCE": str(tmp_path / "instance")}
    for words in (
        ("backup", str(tmp_path / "x.tar")),
        ("--instance", str(tmp_path / "new"), "init"),
    ):
        answer = fork_server.run(words, environ, code=LIMITED)
        assert answer.returncode == 1, answer
        assert answer.stderr.startswith("wiki: "), answer.stderr
        assert "Traceback" not in answer.stderr
    assert not (tmp_path / "x.tar").exists() and not (tmp_path / "new").exists()
