"""Files of pages over HTTP: sizes of pictures, and how much one may add."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.files import samples
from wiki.instance import Instance
from wiki.people.person import Person
from wiki.sandbox.turns import Turns, hold_one
from wiki.testing import token

PAGE = "---\ntitle: P\nvisibility: public\n---\n"


def kept(instance: Instance) -> list[str]:
    folder = instance.settings.instance / "index" / "pictures"
    return sorted(path.name for path in folder.glob("*-480"))


def test_a_picture_is_drawn_once_whatever_else_is_asked(
    instance: Instance, client: FlaskClient, write: Callable[..., str]
) -> None:
    write({"p.md": PAGE, "p/a.png": samples.picture("PNG", (2000, 1000))})
    answers = [client.get(f"/p/a.png?width=480&x={number}") for number in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    with Image.open(BytesIO(answers[0].data)) as small:
        assert (small.format, small.size) == ("WEBP", (480, 240))
    assert len(kept(instance)) == 1
    etag = {"If-None-Match": answers[0].headers["ETag"]}
    assert client.get("/p/a.png?width=480&y=1", headers=etag).status_code == 304
    for width in ("0", "481", "-1", "1e3", "480 ", "x" * 5000):
        assert client.get("/p/a.png", query_string={"width": width}).status_code == 404
    assert len(kept(instance)) == 1


def test_a_picture_that_cannot_be_drawn_is_sent_as_it_is(
    instance: Instance, client: FlaskClient, write: Callable[..., str]
) -> None:
    cut = samples.picture("PNG", (2000, 1000))[:900]
    write({"p.md": PAGE, "p/cut.png": cut, "p/none.png": b"no picture"})
    for name, data in (("cut", cut), ("none", b"no picture")):
        for _ in range(2):
            answer = client.get(f"/p/{name}.png?width=480")
            assert (answer.status_code, answer.data) == (200, data)
            assert answer.headers["Content-Type"] == "image/png"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert len(kept(instance)) == 2


def test_without_a_turn_nothing_large_is_sent(
    instance: Instance,
    client: FlaskClient,
    write: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another width that stands already, or word of when to come back: never the original."""
    monkeypatch.setattr("wiki.web.page.file_response._PATIENCE", 0)
    write({"p.md": PAGE, "p/a.png": samples.picture("PNG", (2000, 1000))})
    folder = instance.settings.instance / "index" / "pictures"
    assert client.get("/p.md").status_code == 200
    with hold_one(folder, ["slot-0"], 0), hold_one(folder, ["slot-1"], 0):
        busy = client.get("/p/a.png?width=960")
        assert (busy.status_code, busy.headers["Cache-Control"]) == (503, "no-store")
        assert int(busy.headers["Retry-After"]) > 0 and len(busy.data) < 200
    small = client.get("/p/a.png?width=480")
    with hold_one(folder, ["slot-0"], 0), hold_one(folder, ["slot-1"], 0):
        other = client.get("/p/a.png?width=960")
        assert (other.status_code, other.data) == (200, small.data)
    asked = {"If-None-Match": other.headers["ETag"]}
    with Image.open(BytesIO(client.get("/p/a.png?width=960", headers=asked).data)) as drawn:
        assert drawn.size == (960, 480)


def test_without_memory_pictures_wait_in_words_and_texts_are_saved(
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wiki.files.pictures._turns", Turns(1, waiting=0, room=1 << 60))
    monkeypatch.setattr("wiki.files.pictures._SECONDS", 0.0)
    monkeypatch.setattr("wiki.web.page.file_response._PATIENCE", 0.0)
    write({"p.md": PAGE, "p/a.png": samples.picture("PNG", (2000, 1000))})
    theirs = log_in(person("Y"))
    busy = theirs.get("/p/a.png?width=960")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    sent = (BytesIO(samples.picture("PNG", (200, 100))), "b.png")
    form = {"csrf_token": token(theirs, "/-/attach/p"), "file": sent}
    refused = theirs.post("/-/attach/p", data=form, content_type="multipart/form-data")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "Essayez encore dans une minute" in refused.text
    saved = {"csrf_token": token(theirs, "/-/edit/p"), "text": f"{PAGE}# P\n\nUn mot.\n"}
    answer = theirs.post("/-/edit/p", data={**saved, "base": instance.repository.head()})
    assert answer.status_code == 303
    assert kept(instance) == []


def test_a_day_has_room_for_so_many_bytes_of_one(
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write({"p.md": PAGE})
    settings = replace(instance.settings, uploads_per_day=400_000)
    object.__setattr__(instance, "settings", settings)
    theirs, others = log_in(person("Y")), log_in(person("Z"))

    def attach(client: FlaskClient, size: int, **headers: str) -> Any:
        sent = (BytesIO(b"a" * size), "notes.txt")
        form = {"csrf_token": token(client, "/-/attach/p"), "file": sent}
        return client.post(
            "/-/attach/p", data=form, content_type="multipart/form-data", headers=headers
        )

    assert attach(theirs, 280_000).status_code == 303
    refused = attach(theirs, 160_000)
    assert refused.status_code == 429
    assert re.search(r"0,4 Mo de fichiers par jour, et il en reste 0,1 Mo", refused.text)
    told = attach(theirs, 160_000, Accept="application/json")
    assert told.status_code == 429 and "0,1 Mo" in told.get_json()["error"]
    assert attach(theirs, 120_000).status_code == 303

    def write_text(words: str) -> Any:
        form = {"csrf_token": token(theirs, "/-/edit/p"), "text": f"{PAGE}# P\n\n{words}\n"}
        return theirs.post("/-/edit/p", data={**form, "base": instance.repository.head()})

    # Very long texts count with files; what people write does not.
    long = "mot " * 30_000
    refused = write_text(long)
    assert refused.status_code == 429 and long.strip() in refused.text
    assert write_text("Un mot.").status_code == 303
    assert attach(others, 400_000).status_code == 303
    settings = replace(instance.settings, max_content=1000)
    object.__setattr__(instance, "settings", settings)
    full = attach(others, 10)
    assert full.status_code == 413 and "plus de place" in full.text


def test_a_picture_goes_from_the_next_step_into_the_page(
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    text = "---\ntype: project\ntitle: Four\nteam: [personnes/a]\n---\nDu pain.\n\n## Suite\n"
    write({"projets/four.md": text, "personnes/a.md": "---\ntype: person\ntitle: A\n---\n"})
    maker = log_in(person("A", page="personnes/a"))
    address, png = "/-/attach/projets/four", samples.picture("PNG")

    def send(**form: object) -> Any:
        return maker.post(address, data={"csrf_token": token(maker, address), **form})

    # Without words for who does not see it, the picture is kept and they are asked for.
    asked = send(file=(BytesIO(png), "four.png"), show="1")
    assert asked.status_code == 303
    page = maker.get(asked.location).get_data(as_text=True)
    assert 'name="picture" value="four.png"' in page
    assert "L’image est gardée" in page and "Aucun fichier" not in page
    assert 'aria-invalid="true"' not in page, "nothing was done wrong"
    without = send(picture="four.png", description=" ")
    assert without.status_code == 422 and 'aria-invalid="true"' in without.get_data(as_text=True)
    shown = send(picture="four.png", description="Un four ] en [ terre\r\n")
    assert (shown.status_code, shown.location) == (303, "/projets/four")
    want = text.replace("Du pain.\n", "Du pain.\n\n![Un four en terre](/projets/four/four.png)\n")
    assert maker.get("/projets/four.md").get_data(as_text=True) == want
    both = send(file=(BytesIO(png), "deux.png"), show="1", description="Deux fours")
    assert both.location == "/projets/four"
    found = maker.get("/projets/four.md").get_data(as_text=True)
    assert "![Deux fours](/projets/four/deux.png)" in found
    assert send(picture="../secret.png", description="x").status_code == 404
    assert send(picture="rien.png", description="x").status_code == 404


def test_a_name_tells_nothing_of_what_lies_in_a_closed_page(
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    """Neither below one's own page, nor of a page that one may not edit, or not even know of."""
    closed, png = (
        "---\nvisibility: team\nteam: [personnes/z]\n---\n# Clos\n",
        samples.picture("PNG"),
    )
    write(
        {
            "p.md": "# Page\n",
            "p/ici.png": png,
            "p/secret.md": closed,
            "p/secret/plan.png": png,
            "clos.md": closed,
            "clos/plan.png": png,
        }
    )
    une = log_in(person("Une"))

    def told(path: str, picture: str) -> tuple[int, str]:
        address = f"/-/attach/{path}"
        sent = {
            "csrf_token": token(une, "/-/account"),
            "picture": picture,
            "description": "Un plan",
        }
        answer = une.post(address, data=sent)
        page = answer.get_data(as_text=True)
        return answer.status_code, page.replace(picture, "").replace(sent["csrf_token"], "")

    for folder in ("secret/", "./secret/", "secret//"):
        assert told("p", f"{folder}plan.png") == told("p", f"{folder}none.png")
        assert told("p", f"{folder}plan.png")[0] == 404
    assert told("clos", "plan.png") == told("clos", "none.png")
    assert told("clos", "plan.png")[0] == 404
    assert told("p", "ici.png")[0] == 303
