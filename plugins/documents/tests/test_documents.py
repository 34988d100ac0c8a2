"""Taking pages along, and bringing documents, as people do it."""

import base64
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.documents import samples
from wiki.cli import main
from wiki.instance import Instance
from wiki.jobs.runner import Runner
from wiki.people.models.accounts import PersonRow
from wiki.people.person import Person
from wiki.testing import token

SPACE = "---\neditors: members\ntype: project\ntitle: Gel\n---\nLe texte.\n"
SECRET = "---\nvisibility: team\nteam: [personnes/x]\n---\n# Secret\n\nMotcache\n"


def ours(name: str) -> Any:
    """A module of the plugin, as the wiki loaded it."""
    return import_module(f"wiki_plugins.documents.{name}")


def files_in(instance: Instance) -> list[str]:
    """What is kept of documents, as paths in their folder."""
    place = instance.settings.instance / "documents"
    return sorted(str(one.relative_to(place)) for one in place.rglob("*") if one.is_file())


def ask(client: FlaskClient, path: str, scope: str, format: str) -> str:
    """Asks for a document; its address."""
    form = {"csrf_token": token(client, f"/-/export/{path}"), "scope": scope, "format": format}
    answer = client.post(f"/-/export/{path}", data=form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def send(client: FlaskClient, name: str, data: bytes, below: str = "p") -> tuple[int, str]:
    """Sends a document; the status, and where its reading is, or the page that says why not."""
    form = {"csrf_token": token(client, "/-/import"), "below": below, "file": (BytesIO(data), name)}
    answer = client.post("/-/import", data=form, content_type="multipart/form-data")
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("format", "begins", "kind"),
    [
        ("pdf", b"%PDF", "application/pdf"),
        ("docx", b"PK", "wordprocessingml"),
        ("markdown", b"PK", "application/zip"),
    ],
)
def test_a_visitor_takes_a_page_along(
    client: FlaskClient, write: Callable[..., str], format: str, begins: bytes, kind: str
) -> None:
    write({"p.md": SPACE})
    assert 'href="/-/export/p"' in client.get("/p").get_data(as_text=True)
    url = ask(client, "p", "page", format)
    assert "no-store" in client.get(url).headers["Cache-Control"]
    file = client.get(f"{url}/file")
    assert file.data.startswith(begins)
    assert kind in file.headers["Content-Type"]
    assert "filename*=UTF-8''gel." in file.headers["Content-Disposition"]


def test_what_one_may_not_see_is_in_no_document(
    instance: Instance,
    client: FlaskClient,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write({"p.md": SPACE, "p/secret.md": SECRET})
    assert client.get("/-/export/p/secret").status_code == 404
    url = ask(client, "p", "below", "markdown")
    with zipfile.ZipFile(BytesIO(client.get(f"{url}/file").data)) as archive:
        assert "p/secret.md" not in archive.namelist()
    theirs = log_in(person("X", page="personnes/x"))
    url = ask(theirs, "p", "below", "markdown")
    with zipfile.ZipFile(BytesIO(theirs.get(f"{url}/file").data)) as archive:
        assert "p/secret.md" in archive.namelist()
    # Another's, and one with a page that is closed since then, are as if they were not.
    assert client.get(url).status_code == client.get(f"{url}/file").status_code == 404
    assert log_in(person("Y")).get(f"{url}/file").status_code == 404
    write({"p/secret.md": SECRET.replace("personnes/x", "personnes/z")})
    assert theirs.get(f"{url}/file").status_code == 404


def test_a_large_one_is_made_in_the_background_and_forgotten_after_a_day(
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    rows = ours("models").WorkRow
    write({"p.md": SPACE, **{f"p/{n}.md": f"# Page {n}\n" for n in range(6)}})
    client = log_in(person("Y"))
    url = ask(client, "p", "below", "epub")
    waits = client.get(url)
    assert 'http-equiv="refresh"' in waits.get_data(as_text=True)
    assert client.get(f"{url}/file").status_code == 404
    with instance.private.session() as session:
        # As if a process had been killed at it.
        session.execute(update(rows).values(state="working", tries=1))
    assert Runner(instance).run("documents.work")
    assert 'http-equiv="refresh"' not in client.get(url).get_data(as_text=True)
    assert client.get(f"{url}/file").data.startswith(b"PK")
    with instance.private.session() as session:
        then = instance.private.now() - timedelta(days=2)
        session.execute(update(rows).values(created=then))
    assert client.get(url).status_code == 404
    Runner(instance).run("documents.work")
    assert files_in(instance) == []


def test_what_fails_is_said_in_words(
    instance: Instance, client: FlaskClient, write: Callable[..., str]
) -> None:
    rows = ours("models").WorkRow
    write({"p.md": SPACE, **{f"p/{n}.md": f"# Page {n}\n" for n in range(6)}})
    url = ask(client, "p", "below", "pdf")
    with instance.private.session() as session:
        session.execute(update(rows).values(tries=2))
    Runner(instance).run("documents.work")
    page = client.get(url).get_data(as_text=True)
    assert "n’a pas pu être terminé" in page
    form = {"csrf_token": token(client, "/-/export/p"), "scope": "page", "format": "exe"}
    answer = client.post("/-/export/p", data=form)
    assert answer.status_code == 422
    assert "Choisissez un format." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Été", "ete.pdf"),
        ("mot " * 30, "-".join(["mot"] * 20) + ".pdf"),
        ("m" * 200, "m" * 80 + ".pdf"),
        ("***", "page.pdf"),
    ],
)
def test_a_file_is_called_as_its_page_in_whole_words(title: str, name: str) -> None:
    assert ours("exporting").file_name(title, "pdf") == name


def test_a_word_document_becomes_a_page_with_its_picture(
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write({"p.md": SPACE})
    client = log_in(person("Y"))
    source = base64.b64encode(samples.picture()).decode()
    document = samples.word(
        f"# Capteurs\n\nUn **mot**.\n\n![Le fil](data:image/png;base64,{source})\n"
    )
    status, url = send(client, "Mon texte.docx", samples.reviewed(document))
    assert status == 303
    page = client.get(url).get_data(as_text=True)
    assert 'value="p/capteurs"' in page
    assert "Hors taxes &amp; net ?" in page
    assert f'src="{url}/le-fil.png"' in page
    picture = client.get(f"{url}/le-fil.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert picture.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert log_in(person("Z")).get(f"{url}/le-fil.png").status_code == 404
    assert client.get("/p/capteurs").status_code == 404
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert found
    form = {"csrf_token": token(client, url), "text": found[1], "path": "p", "act": "save"}
    refused = client.post(url, data=form)
    assert refused.status_code == 422
    assert "Un **mot**." in refused.get_data(as_text=True)
    saved = client.post(url, data={**form, "path": "p/notes/fil"})
    assert saved.headers["Location"] == "/p/notes/fil"
    source = client.get("/p/notes/fil.md").get_data(as_text=True)
    assert "![Le fil](fil/le-fil.png)" in source
    assert client.get("/p/notes/fil/le-fil.png").status_code == 200
    assert client.get(url).status_code == 404
    assert files_in(instance) == []


def test_a_large_document_is_read_in_the_background(
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    importing = ours("importing")
    monkeypatch.setattr(importing, "_BYTES", 10)
    write({"p.md": SPACE})
    client = log_in(person("Y"))
    _status, url = send(client, "a.md", "# Été\n\nUn texte.\n".encode())
    assert client.get(url).headers["Refresh"] == "2"
    Runner(instance).run("documents.work")
    assert "Un texte." in client.get(url).get_data(as_text=True)
    dropped = client.post(url, data={"csrf_token": token(client, url), "act": "drop"})
    assert dropped.headers["Location"] == "/p"
    assert files_in(instance) == []


def test_bad_documents_and_strangers_are_told_why(
    client: FlaskClient,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write({"p.md": SPACE, "q.md": "---\nteam: [personnes/x]\neditors: team\n---\n# Q\n"})
    assert client.get("/-/import").status_code in (302, 303, 401, 403)
    member = log_in(person("Y"))
    status, page = send(member, "bombe.docx", samples.bomb())
    assert status == 413
    assert "beaucoup trop gros" in page
    status, page = send(member, "a.pdf", b"%PDF-1.7")
    assert (status, "Un PDF ne peut pas" in page) == (415, True)
    for name in ("punycode", "idna", "undefined"):
        # Each was read by the codec of Python's of that name, for ever or until it raised.
        html = f"<meta charset={name}><h1>Gel</h1>".encode() + b"a" * 120_000
        assert send(member, "a.htm", html)[0] == 303
    status, page = send(member, "a.md", b"x", below="q")
    assert (status, "Vous ne pouvez pas écrire" in page) == (422, True)


def test_where_a_page_would_stand_tells_nothing_of_hidden_ones(
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write({"p.md": SPACE, "cache.md": SECRET})
    member = log_in(person("Y"))
    hidden, nowhere = (
        re.sub(r'value="[^"]{20,}"', "", member.get(f"/-/import?below={one}").text)
        for one in ("cache", "nulle")
    )
    assert hidden.replace("cache", "nulle") == nowhere
    assert member.get("/-/import?below=cache").status_code == 200


def test_documents_go_with_the_account(
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    rows = ours("models").WorkRow
    write({"p.md": SPACE})
    someone = person("Y")
    ask(log_in(someone), "p", "page", "markdown")
    with instance.private.session() as session:
        session.delete(session.get(PersonRow, someone.id))
    with instance.private.reading() as session:
        assert session.scalars(select(rows)).all() == []


def test_the_commands(instance: Instance, write: Callable[..., str], tmp_path: Path) -> None:
    write({"p.md": SPACE})
    run = CliRunner().invoke
    folder = ["--instance", str(instance.settings.instance)]
    out = tmp_path / "p.docx"
    done = run(main, [*folder, "export-document", "p", "--format", "docx", "--output", str(out)])
    assert done.exit_code == 0, done.output
    back = tmp_path / "p.md"
    done = run(main, [*folder, "import-document", str(out), "--output", str(back)])
    assert done.exit_code == 0, done.output
    assert "Le texte." in back.read_text("utf-8")
