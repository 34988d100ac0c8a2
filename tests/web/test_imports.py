"""Moving in by the pages of administrators: a file is sent, looked at, and comes in after a yes."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from wiki.digests.news import News
from wiki.imports import job
from wiki.imports.runs import Runs, State, occupied
from wiki.people.audit import noted
from wiki.projections.positions import position
from wiki.reading import Reader
from wiki.testing import module_wiki, token
from wiki.web.imports import upload

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
PAGE = "/-/admin/imports"


def archive(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


VAULT = archive(
    {
        "LoRa.md": "# LoRa\n\nVoir [[Capteur]] et [[Nulle part]].\n\n![plan](plan.png)\n",
        "Capteur.md": "---\nauthor: Awa\n---\n# Capteur\n\n::: besoins\n- Un toit\n\n:::\n",
        "plan.png": picture(),
        "programme.exe": b"MZ",
    }
)


def send(
    client: "FlaskClient", data: bytes, name: str = "coffre.zip", **more: str
) -> "TestResponse":
    fields = {"csrf_token": token(client), "file": (io.BytesIO(data), name), **more}
    return client.post(PAGE, data=fields, content_type="multipart/form-data")


def act(client: "FlaskClient", url: str, action: str, **more: str) -> "TestResponse":
    return client.post(url, data={"csrf_token": token(client), "action": action, **more})


def text(answer: "TestResponse") -> str:
    return " ".join(answer.get_data(as_text=True).replace("\xa0", " ").split())


@pytest.fixture
def admin(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Anne", "admin"))


def test_a_vault_is_looked_at_and_comes_in_after_a_yes(
    instance: "Instance", admin: "FlaskClient", write: Callable[..., str]
) -> None:
    before = write({"index.md": "# Accueil\n"})
    url = send(admin, VAULT, into="archives").headers["Location"]
    assert "en train d’être examiné" in text(admin.get(url))
    job.run(instance)
    page = text(admin.get(url))
    assert "2 pages, 1 fichier, 1 auteur" in page and "/archives/lora" in page
    assert "Un lien qui ne mène nulle part" in page and "archives/lora:3" in page
    assert instance.repository.head() == before
    shown = text(admin.get(f"{url}/page/2"))
    assert f'src="{url}/file/archives/lora/plan.png' in shown and "Nulle part" in shown
    assert admin.get(f"{url}/file/archives/lora/plan.png").mimetype == "image/png"
    assert "programme.exe" in text(admin.get(f"{url}/losses.csv"))
    assert "attend" in text(admin.get("/-/admin"))

    assert act(admin, url, "import").status_code == 303
    job.run(instance)
    page = text(admin.get(url))
    assert "2 pages ont été importées" in page and "archives/lora:3" in page
    assert "Capteur" in text(admin.get("/archives/capteur"))
    assert noted(instance.private, limit=1)[0].what == "imported"
    assert admin.get(f"{url}/page/1").status_code == 404
    assert [one.name for one in (instance.settings.instance / "imports").glob("*/*")] != []
    assert not list((instance.settings.instance / "imports").glob("*/stage"))
    # Those who follow pages are told nothing of it, nor of the identity that the need was given.
    moment, changes = instance.private.now(), Reader(instance).changes
    since = position(changes, before, moment)
    until = position(changes, instance.repository.head(), moment)
    news = News(Reader(instance), since, until)
    assert not news.pages and not news.words
    write({"archives/lora.md": "# LoRa, à nous\n"})
    until = position(Reader(instance).changes, instance.repository.head(), moment)
    assert list(News(Reader(instance), since, until).pages) == ["archives/lora"]

    # Sent once more, it brings nothing.
    url = send(admin, VAULT, into="archives").headers["Location"]
    job.run(instance)
    act(admin, url, "import")
    job.run(instance)
    assert "rien de nouveau" in text(admin.get(url))
    assert act(admin, url, "forget").status_code == 303
    assert admin.get(url).status_code == 404 and "coffre.zip" in text(admin.get(PAGE))


def test_who_will_read_it_is_said_before_the_yes(
    instance: "Instance", admin: "FlaskClient", write: Callable[..., str]
) -> None:
    write({"archives.md": "# Archives\n"})
    url = send(admin, VAULT, into="archives").headers["Location"]
    job.run(instance)
    assert "Tout le monde lira ces pages" in text(admin.get(url))
    write({"archives.md": "---\nvisibility: members\n---\n# Archives\n"})
    assert "Les personnes qui ont un compte liront" in text(admin.get(url))
    write({"archives.md": "---\nvisibility: team\n---\n# Archives\n"})
    assert "Les personnes qui lisent la page du dessus liront" in text(admin.get(url))
    assert act(admin, url, "cancel").status_code == 303


def test_what_cannot_be_read_is_said_and_leaves_nothing(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    head = instance.repository.head()
    # Of what is cut nobody is asked where it comes from.
    url = send(admin, VAULT[: len(VAULT) // 2], "coupe.zip").headers["Location"]
    job.run(instance)
    assert "abîmée, ou coupée" in text(admin.get(url))
    url = send(admin, archive({"a.bin": b"\0"}), "rien.zip").headers["Location"]
    job.run(instance)
    assert "pas été reconnu" in text(admin.get(url))
    assert "Choisissez" in text(act(admin, url, "choose"))
    assert act(admin, url, "choose", source="folder").status_code == 303
    job.run(instance)
    assert "aucun fichier ne finit par" in text(admin.get(url))
    assert instance.repository.head() == head
    assert not list((instance.settings.instance / "imports").glob("*/sent"))


def test_it_is_stopped_and_what_was_killed_is_done_again(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    runs = Runs(instance.settings.instance)
    url = send(admin, VAULT).headers["Location"]
    act(admin, url, "cancel")
    job.run(instance)
    assert "Rien n’a été importé" in text(admin.get(url))
    url = send(admin, VAULT).headers["Location"]
    job.run(instance)
    assert "attend" in text(admin.get(PAGE))
    act(admin, url, "cancel")
    assert act(admin, url, "import").status_code == 400
    url = send(admin, VAULT).headers["Location"]
    job.run(instance)
    act(admin, url, "import")
    # As if it had been killed each time that it was at it.
    runs.save(runs.get(url.rpartition("/")[2]), tries=2)
    job.run(instance)
    assert "importées" in text(admin.get(url))
    url = send(admin, VAULT).headers["Location"]
    runs.save(runs.get(url.rpartition("/")[2]), tries=3)
    job.run(instance)
    assert "plusieurs fois" in text(admin.get(url))


def test_what_waits_for_nobody_is_deleted_after_thirty_days(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    url = send(admin, VAULT).headers["Location"]
    assert 'id="cancel"' in text(admin.get(url))  # it keeps the focus as the page looks again
    job.run(instance)
    run = Runs(instance.settings.instance).get(url.rpartition("/")[2])
    # What a command has that is at work, what one left that was killed, and what an end left.
    imports = instance.settings.instance / "imports"
    mine, left = imports / "command-1", imports / "command-2"
    mine.mkdir()
    left.mkdir()
    assert not job.is_due(instance)
    now = instance.private.now()
    instance.private.now = lambda: now + timedelta(hours=1)
    with occupied(mine):
        assert job.is_due(instance)
        job.run(instance)
        assert mine.exists() and not left.exists() and not job.is_due(instance)
    ended = Runs(instance.settings.instance)
    ended.end(ended.get(send(admin, VAULT).headers["Location"].rpartition("/")[2]), State.FAILED)
    (imports / ended.list()[0].id / "stage").mkdir()
    instance.private.now = lambda: now + timedelta(days=31)
    assert job.is_due(instance)
    job.run(instance)
    runs = Runs(instance.settings.instance)
    assert runs.get(run.id).state == State.CANCELLED
    assert not runs.sent(run).exists() and not mine.exists()
    assert not list(imports.glob("*/stage"))
    assert not job.is_due(instance)


def test_only_administrators_send_anything_and_nothing_too_large_is_read(
    instance: "Instance",
    admin: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert log_in(person("Mem")).get(PAGE).status_code == 403
    assert send(log_in(person("Mim")), VAULT).status_code == 403
    forged = {"file": (io.BytesIO(VAULT), "x.zip")}
    assert admin.post(PAGE, data=forged, content_type="multipart/form-data").status_code == 400

    class Unread(io.BytesIO):
        def read(self, *_size: int | None) -> bytes:
            raise AssertionError("it was read")

    answer = admin.post(
        PAGE,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": "2000000000"},
    )
    assert answer.status_code == 413 and "wiki import" in text(answer), text(answer)[-900:]
    # What does not say how long it is, is read so far.
    monkeypatch.setattr(upload, "_MOST", 1_000)
    form = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token(admin)}\r\n--x\r\n'
    )
    form += 'Content-Disposition: form-data; name="file"; filename="x.zip"\r\n\r\n'
    answer = admin.post(
        PAGE,
        input_stream=io.BytesIO(form.encode() + bytes(500_000)),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 413 and "wiki import" in text(answer), text(answer)[-900:]
    monkeypatch.undo()
    for name, data, into in (("", b"x", ""), ("vide.zip", b"", ""), ("x.zip", VAULT, "../x")):
        assert send(admin, data, name, into=into).status_code in (400, 404, 422)
    assert not list((instance.settings.instance / "imports").glob("*/sent"))
