"""The form over HTTP: a draft at once, and once; people without an account; the team."""

import io
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from wiki.people.erasure import erase
from wiki.testing import token

Field = Any
FORM = "/-/signal"
PATH = "projets/le-four-solaire"
KEY = "k" * 16


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(out, "JPEG")
    return out.getvalue()


def test_a_correspondents_innovation_is_a_draft_at_once(field: Field) -> None:
    client = field.as_("cora")
    assert "/-/signal" in client.get("/").get_data(as_text=True)
    answer = field.signal(
        client,
        summary="Un *four* partagé, {{nombre projets}}.",
        territory="Dakar",
        contact="Awa Ndiaye, 77 000 00 00",
        link="four.example.org/a?b=1",
        photo=(io.BytesIO(photo()), "DSC 001.JPG"),
    )
    assert answer.get_json() == {"state": "draft", "url": f"/{PATH}"}
    page = client.get(f"/{PATH}").get_data(as_text=True)
    assert "Un *four* partagé" in page
    assert 'href="/personnes/cora"' in page
    assert f"/{PATH}/dsc-001.jpg" in page
    assert 'href="https://four.example.org/a?b=1"' in page
    for who in ("", "marc", "coco", "paul"):
        assert field.as_(who).get(f"/{PATH}").status_code == 404, who
    source = client.get(f"/{PATH}.md").get_data(as_text=True)
    assert "visibility: team" in source and "personnes/cora" in source
    everything = b"".join(
        zlib.decompress(one.read_bytes()) if one.parent.name != "pack" else one.read_bytes()
        for one in (field.instance.settings.instance / "content.git" / "objects").rglob("*")
        if one.is_file() and len(one.parent.name) == 2
    )
    assert b"77 000" not in everything, "whom to contact is never in git"
    assert b"four-solaire" not in field.as_("").get("/-/changes").data


def test_sent_twice_it_is_one_page(field: Field) -> None:
    signalling, keeping = field.part("signalling"), field.part("keeping")
    signal = keeping.Signal(title="Le four solaire", summary="Un four.")
    sender = signalling.Sender(field.people["cora"])
    with ThreadPoolExecutor(4) as crowd:
        send = crowd.submit
        sent = [send(signalling.send, field.instance, signal, sender, KEY) for _ in range(4)]
        assert {one.result().path for one in sent} == {PATH}
    client = field.as_("cora")
    assert field.signal(client).get_json()["url"] == f"/{PATH}", "and once more, by the form"
    assert len(field.rows()) == 1
    assert not field.reader("anne").taken(f"{PATH}-2")
    assert field.signal(client, key="another-key-1").get_json()["url"] == f"/{PATH}-2"
    # Another person's key is another key.
    assert field.signal(field.as_("marc")).get_json()["url"] == f"/{PATH}-3"


@pytest.mark.parametrize("made", [False, True])
def test_killed_in_the_middle_it_is_made_once(field: Field, made: bool) -> None:
    making, keeping = field.part("making"), field.part("keeping")
    signal = keeping.Signal(title="Le four solaire", summary="Un four.")
    row, _new = keeping.keep(field.instance, signal, field.people["cora"], "making", "key")
    if made:
        making.make_draft(field.instance, row.id, field.people["cora"])
        models = field.part("models")
        with field.instance.private.session() as session:
            session.get(models.SignalRow, row.id).state = "making"
    making.finish(field.instance)
    making.finish(field.instance)
    (found,) = field.rows()
    assert (found.state, found.path) == ("draft", PATH)
    assert not field.reader("anne").taken(f"{PATH}-2")


def test_without_a_script_what_may_be_there_already_is_shown_first(field: Field) -> None:
    client = field.as_("cora")
    words = field.signal(client, json=False, title="Des capteurs pour la ferme")
    text = words.get_data(as_text=True)
    assert "Ce projet existe peut-être déjà" in text and "/projets/capteurs" in text
    assert 'value="Des capteurs pour la ferme"' in text and field.rows() == []
    sent = field.signal(client, json=False, title="Des capteurs pour la ferme", sure="1")
    assert sent.headers["Location"] == "/projets/des-capteurs-pour-la-ferme"
    found = client.get(f"{FORM}/similar?title=capteur de ferme").get_json()
    assert [one["url"] for one in found][:1] == ["/projets/capteurs"]
    # What others signalled is a secret here too.
    assert len(field.as_("marc").get(f"{FORM}/similar?title=capteurs").get_json()) == 1


def test_what_cannot_be_taken_says_where(field: Field) -> None:
    client = field.as_("cora")
    for wrong, where in (
        ({"title": " "}, "title"),
        ({"summary": ""}, "summary"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://a.example/><b>"}, "link"),
        ({"territory": "x" * 101}, "territory"),
        ({"summary": "Écrire à awa@ailleurs.example."}, "summary"),
        ({"title": "Awa <awa@ailleurs.example>"}, "title"),
        ({"link": "https://awa@ailleurs.example/"}, "link"),
        ({"key": "?"}, ""),
    ):
        answer = field.signal(client, **wrong)
        assert answer.status_code == 422 and answer.get_json()["field"] == where
        kept = field.signal(client, json=False, contact="Awa au marché", **wrong)
        assert "Awa au marché" in kept.get_data(as_text=True), "what was typed stays"
    assert field.rows() == []


def test_a_photo_that_is_none_is_refused(field: Field) -> None:
    answer = field.signal(field.as_("cora"), photo=(io.BytesIO(b"<script>"), "photo.jpg"))
    assert answer.status_code == 415 and answer.get_json()["field"] == "photo"
    assert field.rows() == []


def test_people_without_an_account_are_read_first(field: Field) -> None:
    visitor = field.as_("")
    answer = field.signal(visitor, name="Zoé [[index]]", email="zoe@example.net", contact="Awa")
    assert answer.get_json() == {"state": "held", "url": ""}
    (row,) = field.rows()
    assert row.state == "held"
    for who, status in (("", 302), ("marc", 404), ("coco", 404), ("paul", 200)):
        assert field.as_(who).get(f"{FORM}/{row.id}").status_code == status, who
    paul = field.as_("paul")
    assert "zoe@example.net" in paul.get(f"{FORM}/{row.id}").get_data(as_text=True)
    assert field.press(paul, row, "accept").headers["Location"] == f"/{PATH}"
    source = paul.get(f"/{PATH}.md").get_data(as_text=True)
    assert r"Zoé \[\[index\]\]" in source and "zoe@" not in source and "Awa" not in source
    assert field.press(paul, row, "accept").status_code == 303
    assert not field.reader("anne").taken(f"{PATH}-2")


def test_the_setting_closes_it_to_people_without_an_account(field: Field) -> None:
    field.settle(visitor_signals=False)
    visitor = field.as_("")
    assert visitor.get(FORM).status_code == 302
    answer = field.signal(visitor, name="Zoé")
    assert answer.get_json()["login"] and field.rows() == []
    assert not visitor.get(f"{FORM}/state").get_json()["open"]


def test_machines_fall_into_the_traps(field: Field) -> None:
    field.settle(base_url="https://wiki.example.org", smtp_host="mail.example.org")
    with field.app.test_request_context(base_url="http://localhost"):
        traps = field.part("views").traps.fields()
    visitor = field.as_("")
    filled = field.signal(visitor, name="Zoé", website="x", **{traps["stamp"]: traps["opened"]})
    assert filled.get_json()["state"] == "held" and field.rows() == []
    hasty = field.signal(visitor, name="Zoé", **{traps["stamp"]: traps["opened"]})
    assert hasty.status_code == 422 and field.rows() == []


def test_readers_accounts_are_read_first_too(field: Field) -> None:
    assert field.signal(field.as_("lise")).get_json()["state"] == "held"
    lise = field.as_("lise")
    (row,) = field.rows()
    assert lise.get(f"{FORM}/{row.id}").status_code == 200
    assert field.press(lise, row, "accept").status_code == 403
    assert field.rows()[0].state == "held"


def test_a_day_has_room_for_so_many(field: Field) -> None:
    field.settle(signals_per_day=1)
    client = field.as_("cora")
    assert field.signal(client).status_code == 200
    answer = field.signal(client, key="another-key-1")
    assert answer.status_code == 429 and "Retry-After" in answer.headers
    assert field.signal(client).status_code == 200, "the same again is no second one"


def test_the_team_reads_publishes_and_joins(field: Field) -> None:
    field.signal(field.as_("cora"))
    (row,) = field.rows()
    paul, cora = field.as_("paul"), field.as_("cora")
    everything = paul.get(f"{FORM}/list").get_data(as_text=True)
    assert "Le four solaire" in everything and "brouillon" in everything
    assert "Le four solaire" not in field.as_("coco").get(f"{FORM}/list").get_data(as_text=True)
    assert "Le four solaire" not in field.as_("marc").get(f"{FORM}/list").get_data(as_text=True)
    assert field.press(paul, row, "read").headers["Location"] == f"/{PATH}"
    assert paul.get(f"/{PATH}").status_code == 200
    assert field.press(paul, row, "publish").headers["Location"] == f"/{PATH}"
    assert field.as_("").get(f"/{PATH}").status_code == 200
    assert "publié" in cora.get(f"{FORM}/list").get_data(as_text=True)
    assert "Le four solaire" in field.as_("coco").get(f"{FORM}/list").get_data(as_text=True)
    history = cora.get(f"/-/history/{PATH}").get_data(as_text=True)
    assert "Paul" in history and "Cora" in history, "each did what they did"
    assert field.press(paul, row, "merge", other="projets/capteurs").status_code == 422


def test_the_same_as_another(field: Field) -> None:
    field.signal(field.as_("cora"), title="Capteurs de ferme")
    (row,) = field.rows()
    paul = field.as_("paul")
    page = paul.get(f"{FORM}/{row.id}").get_data(as_text=True)
    assert "Ce projet existe peut-être déjà" in page
    assert field.press(paul, row, "merge", other="nulle part").status_code == 422
    assert field.press(paul, row, "merge", other="Capteurs à la ferme").status_code == 303
    assert "déjà là" in field.as_("cora").get(f"{FORM}/{row.id}").get_data(as_text=True)


def test_the_team_sees_that_two_found_the_same(field: Field) -> None:
    field.signal(field.as_("cora"))
    field.signal(field.as_("marc"), title="Four solaire à Dakar")
    first, second = sorted(field.rows(), key=lambda row: row.title != "Le four solaire")
    paul, cora = field.as_("paul"), field.as_("cora")
    link = f'href="/-/signal/{second.id}"'
    page = paul.get(f"/-/signal/{first.id}").get_data(as_text=True)
    assert link in page and "C’est celui-ci" in page
    assert link not in cora.get(f"/-/signal/{first.id}").get_data(as_text=True)
    # It can be joined with that draft once the team has opened it.
    assert field.press(paul, first, "merge", other=second.path).status_code == 422
    field.press(paul, second, "read")
    assert field.press(paul, first, "merge", other=second.path).status_code == 303


def test_an_account_that_is_erased_takes_its_rows_along(field: Field) -> None:
    field.signal(field.as_("cora"), contact="Awa Ndiaye")
    field.signal(field.as_(""), key="visitor-key-1", name="Zoé", email="marc@example.org")
    erase(field.instance.private, field.people["cora"].id)
    erase(field.instance.private, field.people["marc"].id)
    assert field.rows() == []
    assert field.reader("anne").taken(PATH)


def test_whom_to_contact_is_forgotten_in_time(field: Field) -> None:
    from datetime import timedelta

    field.signal(field.as_("cora"), contact="Awa Ndiaye")
    private, keeping = field.instance.private, field.part("keeping")
    keeping.forget(field.instance)
    assert field.rows()[0].contact == "Awa Ndiaye"
    begin = private.now
    private.now = lambda: begin() + timedelta(days=366)
    keeping.forget(field.instance)
    assert field.rows()[0].contact == ""


def test_the_form_is_light(field: Field) -> None:
    for url in (FORM, f"{FORM}/offline"):
        page = field.as_("cora").get(url).data
        assert len(zlib.compress(page, 6)) < 10_000, url
    offline = field.as_("cora").get(f"{FORM}/offline").get_data(as_text=True)
    assert "Cora" not in offline and "csrf_token" not in offline
    worker = field.as_("").get(f"{FORM}/worker.js?lang=fr")
    assert worker.headers["Service-Worker-Allowed"] == FORM
    assert re.search(r"/signal-[0-9a-f]{10}\.js", worker.get_data(as_text=True))


def test_changing_something_takes_the_forms_token(field: Field) -> None:
    client = field.as_("cora")
    data = {"title": "a", "summary": "b", "key": "k" * 16}
    assert client.post(FORM, data=data).status_code == 400
    assert token(client, FORM)
