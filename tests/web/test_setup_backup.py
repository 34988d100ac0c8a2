"""A backup takes the place of a new site: whole, by who has the link; else nothing changes."""

import io
import json
import re
import tarfile
import time
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from tests.web.test_setup import FOUNDER, link, send, site, words
from wiki.backups import takeover
from wiki.backups.archive import write_backup
from wiki.backups.encryption import encrypt, make_key
from wiki.backups.takeover import find_incoming, put_in_place
from wiki.config import NAMES, load_settings
from wiki.config.browser import IN_BROWSER
from wiki.instance import close_instance
from wiki.people import mirrors
from wiki.people.accounts import add_person, find_person, list_people
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing.obstacles import about_files
from wiki.testing.wikis import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.testing.servers import Server

__all__ = ["link", "site"]
pytestmark = about_files("where accounts are in PostgreSQL, a command does this")
AUTHOR = Author("Une main", "main@people.invalid")
TYPED = {"site_name": "Carrefour des marais", "name": "Nour", "email": "nour@example.org"}


@pytest.fixture
def archive(tmp_path: Path, found_wiki: "Callable[[Settings, bool], None]") -> Path:
    """A real backup of another wiki, with an administrator and settings of its machine."""
    settings = load_settings(tmp_path / "other", environ={})
    found_wiki(settings, False)
    file = tmp_path / "other.tar.gz"
    toml = """site_name = "Les ruches"
'port' = 9
"database_url" = "postgresql://else/where"
backup_folder = "/srv/all"
metrics_token = "hush"
"webhook\\u005fhosts" = "10.0.0.1"
smtp_host = "10.0.0.2"
session_days = 900
second_factor = "off"
"""
    with opened(settings) as instance:
        add_person(instance.private, email="a@example.org", name="A", role="admin")
        head = instance.repository.head()
        commit(instance.repository, head, {"ruches.md": b"# Ruches\n"}, AUTHOR, "Ruches")
        (settings.instance / "wiki.toml").write_text(toml, "utf-8")
        mirrors.add(instance.private, "autre", str(tmp_path), direction=mirrors.PULL)
        write_backup(instance, file)
    return file


def restore(client: "FlaskClient", link: str, data: bytes, **fields: str) -> "TestResponse":
    file = (io.BytesIO(data), "ruches.tar.gz")
    return client.post(f"{link}/backup", data={**TYPED, **fields, "archive_file": file})


def packed(name: str, data: bytes) -> bytes:
    """An archive of one member."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    return made.getvalue()


def started(instance: "Instance") -> "Settings":
    """The settings with which the site is started once more."""
    close_instance(instance)
    put_in_place(instance.settings)
    return load_settings(instance.settings.instance, environ={})


def is_as_it_was(instance: "Instance", head: str) -> bool:
    folder = instance.settings.instance
    left = [*folder.glob(".trial-*"), *folder.glob(".incoming/re*"), *folder.glob("before-*")]
    return not left and instance.repository.head() == head and not list_people(instance.private)


def test_a_backup_that_is_sent_takes_the_place_at_the_next_start(
    starter: "Instance", site: "Flask", link: str, archive: Path
) -> None:
    client, folder = site.test_client(), starter.settings.instance
    head = starter.repository.head()
    (folder / "backups").mkdir()
    answer = restore(client, link, archive.read_bytes())
    assert answer.status_code == 200, words(answer)
    assert "Votre sauvegarde est restaurée" in words(answer) and answer.headers["Refresh"]
    waiting = find_incoming(folder)
    assert waiting is not None and waiting.name == "ruches.tar.gz"
    # Until then the site is what it was, and nobody else begins it.
    assert starter.repository.head() == head and client.get("/").status_code == 200
    assert "restaurée" in words(send(client, link, **FOUNDER))
    assert "restaurée" in words(restore(client, link, b"x"))
    assert list_people(starter.private) == []
    settings = started(starter)
    assert (settings.site_name, settings.port, settings.database_url) == ("Les ruches", 8080, "")
    with opened(settings) as instance:
        assert find_person(instance.private, "a@example.org")
        assert instance.repository.read("ruches.md", instance.repository.head())
    aside = folder / waiting.aside
    assert (aside / "content.git").is_dir() and (aside / "private.db").is_file()
    assert (folder / "backups").is_dir() and find_incoming(folder) is None
    assert put_in_place(settings) is None


def test_one_that_lies_there_is_listed_and_encrypted_ones_want_their_key(
    starter: "Instance", site: "Flask", link: str, archive: Path
) -> None:
    pytest.importorskip("pyrage")
    client, folder = site.test_client(), starter.settings.instance / "backups"
    secret, recipient = make_key()
    folder.mkdir()
    encrypt(archive, folder / "ruches.tar.gz.age", [recipient])
    assert 'value="ruches.tar.gz.age"' in words(client.get(link))
    head = starter.repository.head()
    chosen = {"archive": "ruches.tar.gz.age"}
    for key, said in (("", "donnez sa clé"), (make_key()[0], "autre clé"), ("x", "pas une clé")):
        answer = client.post(f"{link}/backup", data={**TYPED, **chosen, "archive_key": key})
        assert answer.status_code == 422 and said in words(answer)
        assert re.search(r'value="ruches.tar.gz.age" checked', words(answer))
        assert is_as_it_was(starter, head)
    outside = client.post(f"{link}/backup", data={"archive": "../private.db"})
    assert outside.status_code == 422 and "Choisissez" in words(outside)
    answer = client.post(f"{link}/backup", data={**chosen, "archive_key": secret})
    assert answer.status_code == 200, words(answer)


def test_damaged_foreign_and_newer_files_change_nothing_and_what_was_typed_stays(
    starter: "Instance", site: "Flask", link: str, archive: Path
) -> None:
    client, head = site.test_client(), starter.repository.head()
    sound = archive.read_bytes()
    flipped = bytearray(sound)
    flipped[len(sound) // 2] ^= 0x10
    newer = packed("manifest.json", json.dumps({"format": 99, "version": "9.0"}).encode())
    for data, told in (
        (bytes(flipped), "abîmée"),
        (sound[:-20], "abîmée"),
        (b"une photo", "abîmée"),
        (newer, "version plus récente"),
        (packed("private", b"no rows"), "abîmée"),
        (packed("photo.jpg", b"a photo"), "abîmée"),
    ):
        answer = restore(client, link, data)
        page = words(answer)
        assert answer.status_code == 422 and told in page, page
        for name, value in TYPED.items():
            assert re.search(rf'name="{name}"[^>]*value="{value}"', page), name
        assert is_as_it_was(starter, head)
    again = client.get(f"{link}/backup?lang=en")
    assert (again.status_code, again.location) == (303, f"{link}?lang=en")
    assert restore(client, link, sound).status_code == 200


def test_only_who_has_the_link_and_only_before_anyone_else(
    starter: "Instance", site: "Flask", link: str, archive: Path
) -> None:
    client, sound = site.test_client(), archive.read_bytes()
    head = starter.repository.head()
    refused = restore(client, "/-/setup/x", sound)
    assert refused.status_code == 404 and is_as_it_was(starter, head)
    # Somebody writes between the page and the file: no backup comes over it.
    written = commit(starter.repository, head, {"essai.md": b"# Essai\n"}, AUTHOR, "un essai")
    assert "J’ai une sauvegarde" not in words(client.get(link))
    answer = restore(client, link, sound)
    assert answer.status_code == 409 and "commencé à se servir" in words(answer)
    assert is_as_it_was(starter, str(written))
    assert send(client, link, **FOUNDER).status_code == 303
    answer = restore(site.test_client(), link, sound)
    assert answer.status_code == 409 and "déjà en place" in words(answer)


@pytest.mark.parametrize("meanwhile", ["written", "administrator"])
def test_what_somebody_did_before_the_start_is_not_replaced(
    starter: "Instance", site: "Flask", link: str, archive: Path, meanwhile: str
) -> None:
    assert restore(site.test_client(), link, archive.read_bytes()).status_code == 200
    head = starter.repository.head()
    if meanwhile == "written":
        commit(starter.repository, head, {"essai.md": b"# Essai\n"}, AUTHOR, "un essai")
    else:
        add_person(starter.private, email="nour@example.org", name="Nour", role="admin")
    before = starter.repository.head()
    with opened(started(starter)) as instance:
        assert instance.repository.head() == before
        assert find_incoming(instance.settings.instance) is None


@pytest.mark.parametrize("at", [1, 2, 7, 10, 13])
def test_a_start_that_is_killed_goes_on_at_the_next(
    starter: "Instance",
    site: "Flask",
    link: str,
    archive: Path,
    at: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At whichever rename it ends."""
    assert restore(site.test_client(), link, archive.read_bytes()).status_code == 200
    close_instance(starter)
    rename, left = Path.rename, at

    class Killed(BaseException):
        pass

    def until_killed(path: Path, to: Path) -> Path:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", until_killed)
    with pytest.raises(Killed):
        put_in_place(starter.settings)
    monkeypatch.undo()
    put_in_place(starter.settings)
    with opened(load_settings(starter.settings.instance, environ={})) as instance:
        assert find_person(instance.private, "a@example.org")
    assert (starter.settings.instance / "wiki.toml").read_text("utf-8").startswith("site_name")


def test_what_a_backup_says_of_a_machine_is_shown_and_not_in_force(
    starter: "Instance", site: "Flask", link: str, archive: Path
) -> None:
    """However its name is quoted; and only its operator says yes, where the wiki runs."""
    from wiki.cli import main

    answer = words(restore(site.test_client(), link, archive.read_bytes()))
    left = ("port = 9", "/srv/all", "10.0.0.1", "10.0.0.2", "session_days = 900", "mirror autre")
    for one in left:
        assert one in unescape(answer), one
    assert "metrics_token" in answer and "hush" not in answer and "Les ruches" not in answer
    settings = started(starter)
    assert dict(settings.given) == {"site_name": "file", "second_factor": "file"}
    folder = settings.instance
    with opened(settings) as instance:
        assert not mirrors.listed(instance.private)
    said = (folder / "wiki.toml.from-backup").read_text("utf-8")
    assert "hush" in said and "'port' = 9" in said
    asked = CliRunner().invoke(
        main, ["take-settings", "--instance", str(folder)], input="n\nn\ny\nn\nn\nn\nn\n"
    )
    assert asked.exit_code == 0, asked.output
    taken = load_settings(folder, environ={})
    assert taken.backup_folder == "/srv/all" and taken.port == 8080 and not taken.metrics_token


@pytest.mark.parametrize(
    "toml",
    [b"host = ", b"\xff\xfe", b"x = " + b"[" * 50_000, b"# " + b"x" * 200_000, b"[a.b]\nc = 1\n"],
    ids=["cut", "bytes", "deep", "long", "table"],
)
def test_settings_that_cannot_be_read_refuse_no_start(
    starter: "Instance", tmp_path: Path, toml: bytes
) -> None:
    folder = tmp_path / "restored"
    folder.mkdir()
    (folder / "wiki.toml").write_bytes(toml)
    takeover._fit_settings(folder)
    assert not load_settings(folder, environ={}).given
    assert (folder / "wiki.toml.from-backup").read_bytes() == toml


def test_each_setting_is_classified() -> None:
    """A new one stays out of a restored site until it stands in the list of what may come."""
    stay = {
        "instance", "profile", "translations", "base_url", "other_hosts", "host", "port",
        "workers", "threads", "task_workers", "answer_cache", "worker_memory", "proxies",
        "metrics_token", "log_format", "log_requests", "slow_query_milliseconds", "traces_to",
        "live_port", "mcp", "mcp_port", "answer_model_url", "answer_model", "answer_model_key",
        "answer_model_seconds", "answer_model_restricted", "service_hosts", "git_hosts",
        "import_hosts", "webhook_hosts", "calendar_hosts", "fediverse_hosts", "sister_hosts",
        "sister_size", "sister_delay_days", "database_url", "database_replica_url", "index",
        "shared_repository", "shared_token", "node", "news_seconds", "picture_cache",
        "edit_delay", "max_html", "render_time", "sentences_per_minute",
    }  # fmt: skip
    of_places = {name for name in NAMES if name.startswith(("object_store", "backup_"))}
    of_servers = {name for name in NAMES if name.startswith(("smtp_", "imap_", "oidc_"))}
    of_limits = {name for name in NAMES if name.startswith(("max_", "document_"))}
    of_limits |= {name for name in NAMES if "_per_" in name}
    stay |= of_places | of_servers | of_limits | {"mail_from"}
    assert not stay & takeover.MAY_COME
    assert stay | takeover.MAY_COME == set(NAMES)
    assert IN_BROWSER.keys() >= takeover.MAY_COME


def test_settings_of_this_machine_stay_in_force(
    starter: "Instance", site: "Flask", link: str, archive: Path
) -> None:
    folder = starter.settings.instance
    (folder / "wiki.toml").write_text('site_name = "Ici"\n', "utf-8")
    assert restore(site.test_client(), link, archive.read_bytes()).status_code == 200
    assert started(starter).site_name == "Ici"
    assert "Les ruches" in (folder / "wiki.toml.from-backup").read_text("utf-8")


def test_a_site_with_rows_elsewhere_names_the_command(
    starter: "Instance", site: "Flask", link: str, archive: Path
) -> None:
    elsewhere = replace(starter.settings, database_url="postgresql://127.0.0.1/x")
    object.__setattr__(starter, "settings", elsewhere)
    client = site.test_client()
    assert "wiki restore" in words(client.get(link))
    answer = restore(client, link, archive.read_bytes())
    assert answer.status_code == 422 and "PostgreSQL" in words(answer)


def test_the_server_starts_again_by_itself(
    settings: "Settings",
    found_wiki: "Callable[[Settings, bool], None]",
    serve: "Callable[..., Server]",
    archive: Path,
) -> None:
    found_wiki(settings, False)
    folder = settings.instance
    (folder / "backups").mkdir()
    archive.rename(folder / "backups" / "ruches.tar.gz")
    server = serve(folder, anew=True)
    here = (folder / "setup-link").read_text("ascii").strip().partition("/-/")[2]
    sent = urlencode({"archive": "ruches.tar.gz"}).encode()
    with urlopen(f"{server.url}/-/{here}/backup", sent) as answer:  # noqa: S310 - on loopback
        assert answer.headers["Refresh"]
    for _turn in range(900):
        try:
            with urlopen(f"{server.url}/ruches", timeout=30) as page:  # noqa: S310 - as above
                assert b"Les ruches" in page.read()
            break
        except (URLError, ConnectionError, TimeoutError):
            assert server.process.poll() is None, "it is the same process"
            time.sleep(0.1)
    else:
        pytest.fail("the restored site does not answer")
    assert list(folder.glob("before-backup-*/content.git"))
