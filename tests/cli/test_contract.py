"""What scripts rely on: where an option may stand, what wins, how it ends (contracts.md)."""

import json
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wiki.config import load_settings
from wiki.errors import BadSetting
from wiki.testing import free_port

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]
Refused = Callable[..., str]
Typed = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_instance_is_named_before_or_after_the_command(run: Run, tmp_path: Path) -> None:
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    assert run("--instance", here, "init", "--empty").exit_code == 0
    assert run("init", "--empty", "--instance", there).exit_code == 0
    added = run("--instance", here, "user", "add", "a@example.org", "--name", "Une")
    assert added.exit_code == 0
    assert run("user", "list", "--instance", here).stdout == "a@example.org\tUne\tmember\n"
    assert run("user", "--instance", here, "list").stdout == "a@example.org\tUne\tmember\n"
    assert run("--instance", there, "user", "list").stdout == ""


def test_an_option_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "wiki.toml").write_text('port = 1001\nsite_name = "du fichier"\n', "utf-8")
    assert load_settings(tmp_path, {}).port == 1001
    environ = {"WIKI_PORT": "1002"}
    settings = load_settings(tmp_path, environ)
    assert (settings.port, settings.site_name) == (1002, "du fichier")
    assert load_settings(tmp_path, environ, port=1003).port == 1003
    assert load_settings(tmp_path, environ, port=None).port == 1002


def test_the_same_holds_for_the_command(typed: Typed, folder: Path) -> None:
    """A busy port is named in the refusal: so one sees which of three was taken."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _number in range(3)]
    option, environ, file = (str(one.getsockname()[1]) for one in sockets)
    folder.mkdir()
    (folder / "wiki.toml").write_text(f"port = {file}\n", "utf-8")
    for port, answer in (
        (option, typed("serve", "--port", option, WIKI_PORT=environ)),
        (environ, typed("serve", WIKI_PORT=environ)),
        (file, typed("serve")),
    ):
        assert answer.returncode == 1
        assert answer.stderr.startswith(f"wiki: 127.0.0.1:{port} is in use already: ")
        assert answer.stderr.count("\n") == 1
    # A server that does not start makes nothing.
    assert [path.name for path in folder.iterdir()] == ["wiki.toml"]
    for one in sockets:
        one.close()


def test_a_server_refuses_rows_of_a_newer_version_in_one_sentence(
    run: Run, typed: Typed, folder: Path
) -> None:
    run("init", "--empty")
    with closing(sqlite3.connect(folder / "private.db")) as rows, rows:
        rows.execute("insert into alembic_version values ('people_9999')")
    answer = typed("serve", "--port", str(free_port()))
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1].startswith("wiki: ")
    assert "sauvegarde" in answer.stderr and answer.stderr.count("\n") == 1


def test_a_running_server_keeps_its_port(
    serve: Callable[..., object], run: Run, typed: Typed, folder: Path
) -> None:
    run("init", "--empty")
    server = serve(folder)
    answer = typed("serve", "--port", str(server.port))  # type: ignore[attr-defined]
    assert answer.returncode == 1
    assert "is in use already" in answer.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "99999"),
        ("port", "0"),
        ("port", "-1"),
        ("workers", "-1"),
        ("threads", "0"),
        ("proxies", "-1"),
        ("smtp_port", "70000"),
        ("max_page", "-5"),
        ("saves_per_minute", "-5"),
        ("render_time", "nan"),
        ("render_time", "0"),
        ("render_time", "inf"),
    ],
)
def test_a_number_out_of_bounds_is_refused(
    refused: Refused, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(BadSetting, match=name):
        load_settings(folder, {f"WIKI_{name.upper()}": value})
    folder.mkdir()
    (folder / "wiki.toml").write_text(f"{name} = {value}\n", "utf-8")
    assert name in refused("user", "list")
    monkeypatch.setenv(f"WIKI_{name.upper()}", value)
    assert name in refused("user", "list")


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "99999"),
        ("serve", "--port", "0"),
        ("serve", "--workers", "-1"),
        ("serve", "--workers", "0"),
        ("nothing-of-this-name",),
        ("search",),
        ("search", "a", "--batch", "-"),
        ("search", "a", "--limit", "0"),
        ("init", "--empty", "--from", "x"),
        ("user", "add", "a@example.org"),
        ("user", "add", "a@example.org", "--name", "Une", "--role", "chief"),
        ("user", "set-role", "a@example.org", "chief"),
        ("restore", "not-there.tar"),
        ("render", "--page", "../../etc/passwd"),
    ],
)
def test_wrong_usage_is_status_2(run: Run, folder: Path, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert not folder.exists()


def test_where_there_is_no_instance_it_is_said(refused: Refused, tmp_path: Path) -> None:
    for words in (("check",), ("search", "x"), ("user", "list"), ("reindex",)):
        assert "there is no instance" in refused(*words)
    (tmp_path / "instance").write_text("a file", "utf-8")
    assert "instance" in refused("user", "list")


def test_an_address_that_cannot_be_had_is_said(refused: Refused, folder: Path) -> None:
    # TEST-NET-1 of RFC 5737: no machine has it.
    words = ("serve", "--host", "192.0.2.1", "--port", str(free_port()))
    assert "WIKI_BASE_URL" in refused(*words)
    folder.mkdir()
    (folder / "wiki.toml").write_text('base_url = "https://wiki.example.org"\n', "utf-8")
    assert "cannot listen on 192.0.2.1" in refused(*words)


def test_accounts(run: Run, refused: Refused) -> None:
    run("init", "--empty")
    new = ("user", "add", "a@example.org", "--name", "Une")
    assert refused(*new, "--password-stdin", input="12345678\n")
    assert refused(*new, "--password-stdin", input="court\n")
    assert refused(*new, "--password-stdin", input="")
    assert run("user", "list").stdout == ""
    assert run(*new, "--password-stdin", input="une phrase assez longue\n").exit_code == 0
    assert refused(*new)
    assert refused("user", "add", "not an address", "--name", "Une")
    assert refused("user", "set-role", "b@example.org", "admin")
    assert run("user", "set-role", "a@example.org", "admin").exit_code == 0
    assert refused("user", "set-role", "a@example.org", "member")
    assert run("user", "list").stdout == "a@example.org\tUne\tadmin\n"
    assert refused("user", "second-factor", "b@example.org", "--reset")
    told = run("user", "second-factor", "a@example.org", "--reset").stdout
    assert "passkeys\t0\n" in told and "application\tno\n" in told


def test_an_import_says_what_it_brought_and_may_be_repeated(
    run: Run, refused: Refused, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("people", "organisations", "history", "themes"):
        (source / f"{name}.jsonl").touch()
    record = {"slug": "1000.jours", "title": "Mille jours", "body_markdown": "Un texte."}
    (source / "projects.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    run("init", "--empty")
    done = run("import", "carrefour", str(source))
    assert (done.exit_code, done.stdout) == (0, "Imported 1 page.\n"), done.stderr
    assert done.stderr == ""
    assert run("import", "carrefour", str(source)).stdout == "Imported 0 pages.\n"
    assert run("search", "mille").stdout == "projets/1000-jours\tMille jours\n"
    assert "no importer is called elsewhere" in refused("import", "elsewhere", str(source))
