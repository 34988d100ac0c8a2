"""Attachments that git points to: over HTTP, for whom, in exports, and when the bucket is away."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.exports.samples import exported
from tests.files import samples
from wiki.config import Settings
from wiki.editing.files import attach, attach_all
from wiki.errors import AlreadyExists, BadUpload
from wiki.files.object_store import measure
from wiki.files.objects import store_of
from wiki.files.pointer import read_pointer
from wiki.instance import Instance
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.testing import token
from wiki.translation import use_language

PAGES: dict[str, str | bytes | None] = {
    "ferme.md": "---\nvisibility: public\n---\n# Ferme\n",
    "clos.md": "---\nvisibility: members\n---\n# Clos\n",
}
SHEET = b"jour;litres\n" + b"lundi;12\n" * 400


@pytest.fixture
def settings(settings: Settings, bucket: dict[str, Any]) -> Settings:
    return replace(settings, **bucket)


def blob(instance: Instance, file: str) -> bytes:
    found = instance.repository.read(file, instance.repository.head())
    return b"" if found is None else found.data


def test_what_is_large_is_in_the_bucket_and_read_by_the_page(
    instance: Instance, write: Callable[..., str], log_in: Any, person: Any, client: FlaskClient
) -> None:
    write(PAGES)
    awa = log_in(person("Awa"))

    def send(path: str, name: str, data: bytes) -> Any:
        form = {"csrf_token": token(awa, f"/-/attach/{path}"), "file": (BytesIO(data), name)}
        return awa.post(f"/-/attach/{path}", data=form, content_type="multipart/form-data")

    for path, name, data in (
        ("ferme", "Mesures.csv", SHEET),
        ("ferme", "court.txt", b"court"),
        ("clos", "secret.csv", SHEET + b"mardi;13\n"),
    ):
        assert send(path, name, data).status_code == 303
    assert blob(instance, "ferme/mesures.csv") == measure(BytesIO(SHEET)).text
    assert blob(instance, "ferme/court.txt") == b"court"
    whole = client.get("/ferme/mesures.csv")
    assert whole.data == SHEET and whole.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert whole.headers["Content-Disposition"].startswith("attachment")
    etag = whole.headers["ETag"]
    assert client.get("/ferme/mesures.csv", headers={"If-None-Match": etag}).status_code == 304
    assert client.head("/ferme/mesures.csv").content_length == len(SHEET)
    assert "3,6" in awa.get("/-/attach/ferme").text or "4 ko" in awa.get("/-/attach/ferme").text
    # Who may not read the page is told of no file, whoever knows its sum.
    assert client.get("/clos/secret.csv").status_code == 404
    assert awa.get("/clos/secret.csv").data == SHEET + b"mardi;13\n"
    stolen = send("ferme", "vol.txt", blob(instance, "clos/secret.csv"))
    assert stolen.status_code == 415 and "Git LFS" in stolen.text


@pytest.mark.parametrize("file", ["mesures.csv", "court.txt"])
def test_a_part_is_given_of_files_of_both_kinds(
    instance: Instance, write: Callable[..., str], person: Any, client: FlaskClient, file: str
) -> None:
    write(PAGES)
    data = SHEET if file == "mesures.csv" else b"0123456789abc"
    attach(Reader(instance, person("Awa")), "ferme", file, data)

    def ask(wanted: str, **headers: str) -> Any:
        return client.get(f"/ferme/{file}", headers={"Range": wanted, **headers})

    part = ask("bytes=3-9")
    assert (part.status_code, part.data) == (206, data[3:10])
    assert part.headers["Content-Range"] == f"bytes 3-9/{len(data)}"
    assert ask("bytes=-4").data == data[-4:] and ask("bytes=5-").data == data[5:]
    beyond = ask(f"bytes={len(data)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
    for odd in ("bytes=1-2,4-5", "lines=1-2", "bytes=9-3"):
        assert (ask(odd).status_code, ask(odd).data) == (200, data)
    etag = part.headers["ETag"]
    assert ask("bytes=0-1", **{"If-Range": etag}).status_code == 206
    assert ask("bytes=0-1", **{"If-Range": '"another"'}).data == data


def test_a_large_picture_is_shown_in_sizes(
    instance: Instance, write: Callable[..., str], person: Any, client: FlaskClient
) -> None:
    write(PAGES)
    attach(Reader(instance, person("Awa")), "ferme", "plan.png", samples.picture("PNG", (900, 600)))
    pointer = read_pointer(blob(instance, "ferme/plan.png"))
    with Image.open(BytesIO(client.get("/ferme/plan.png?width=480").data)) as small:
        assert (small.format, small.size) == ("WEBP", (480, 320))
    with Image.open(BytesIO(client.get("/ferme/plan.png").data)) as whole:
        assert whole.size == (900, 600)
    assert pointer is not None and pointer.size == len(client.get("/ferme/plan.png").data)


def test_exports_hold_the_bytes(
    instance: Instance, write: Callable[..., str], person: Any, tmp_path: Path
) -> None:
    write(PAGES)
    reader = Reader(instance, person("Awa"))
    attach_all(reader, "ferme", {"mesures.csv": SHEET})
    attach_all(reader.renewed(), "ferme", {"mesures.csv": SHEET})
    with pytest.raises(AlreadyExists):
        attach_all(reader.renewed(), "ferme", {"mesures.csv": SHEET + b"x"})
    for form in ("markdown", "site"):
        (tmp_path / form).mkdir()
        files, report = exported(Reader(instance, None), form, tmp_path / form)
        assert SHEET in files.values() and not list(report.lines())


def test_a_bucket_that_is_away_costs_the_file_alone(
    instance: Instance, write: Callable[..., str], log_in: Any, person: Any, client: FlaskClient
) -> None:
    write(PAGES)
    awa: Person = person("Awa")
    attach(Reader(instance, awa), "ferme", "mesures.csv", SHEET)
    head = instance.repository.head()
    gone = replace(instance.settings, object_store="s3://carrefour-nowhere")
    object.__setattr__(instance, "objects", store_of(gone, "a1"))
    assert client.get("/ferme").status_code == 200
    lost = client.get("/ferme/mesures.csv")
    assert lost.status_code == 503 and "grands fichiers" in lost.text
    theirs = log_in(awa)
    sent = {"csrf_token": token(theirs, "/-/attach/ferme"), "file": (BytesIO(SHEET), "b.csv")}
    refused = theirs.post("/-/attach/ferme", data=sent, content_type="multipart/form-data")
    assert refused.status_code == 503 and "grands fichiers" in refused.text
    assert instance.repository.head() == head
    # A wiki that was moved without its settings says so, and gives no pointer for a file.
    object.__setattr__(instance, "objects", None)
    with use_language("fr"):
        unknown = client.get("/ferme/mesures.csv")
    assert unknown.status_code == 503 and b"oid sha256" not in unknown.data
    with pytest.raises(BadUpload):
        attach(Reader(instance, awa), "ferme", "note.txt", blob(instance, "ferme/mesures.csv"))
