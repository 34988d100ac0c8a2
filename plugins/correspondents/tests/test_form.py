"""The form over HTTP: a draft at once, and once; people without an account; the team."""

import io
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import update

from wiki.api.reading import is_taken
from wiki.people.privacy.erasure import erase
from wiki.testing import token

from .conftest import FORM, KEY, Signalled

PATH = "projets/le-four-solaire"


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(out, "JPEG")
    return out.getvalue()


def test_a_correspondents_innovation_is_a_draft_at_once(place: Signalled) -> None:
    assert "/-/signal" in place.see("cora", "/")
    answer = place.signal(
        "cora",
        summary="Un *four* partagé, {{nombre projets}}.",
        territory="Dakar",
        contact="Awa Ndiaye, 77 000 00 00",
        link="four.example.org/a?b=1",
        photo=(io.BytesIO(photo()), "DSC 001.JPG"),
    )
    assert answer.get_json() == {"state": "draft", "url": f"/{PATH}"}
    page = place.see("cora", f"/{PATH}")
    assert "Un *four* partagé" in page
    assert 'href="/personnes/cora"' in page
    assert f"/{PATH}/dsc-001.jpg" in page
    assert 'href="https://four.example.org/a?b=1"' in page
    for who in ("", "marc", "coco", "paul"):
        place.see(who, f"/{PATH}", 404)
    source = place.see("cora", f"/{PATH}.md")
    assert "visibility: team" in source and "personnes/cora" in source
    everything = b"".join(
        zlib.decompress(one.read_bytes()) if one.parent.name != "pack" else one.read_bytes()
        for one in (place.instance.settings.instance / "content.git" / "objects").rglob("*")
        if one.is_file() and len(one.parent.name) == 2
    )
    assert b"77 000" not in everything, "whom to contact is never in git"
    assert "four-solaire" not in place.see("", "/-/changes")


def test_sent_twice_it_is_one_page(place: Signalled) -> None:
    signalling, keeping = place.part("signals"), place.part("store")
    signal = keeping.Signal(title="Le four solaire", summary="Un four.")
    sender = signalling.Sender(place.people["cora"])
    with ThreadPoolExecutor(4) as crowd:
        send = crowd.submit
        sent = [send(signalling.send, place.instance, signal, sender, KEY) for _ in range(4)]
        assert {one.result().path for one in sent} == {PATH}
    assert place.signal("cora").get_json()["url"] == f"/{PATH}", "and once more, by the form"
    assert len(place.rows()) == 1
    assert not is_taken(place.reader("anne"), f"{PATH}-2")
    assert place.signal("cora", key="another-key-1").get_json()["url"] == f"/{PATH}-2"
    # Another person's key is another key.
    assert place.signal("marc").get_json()["url"] == f"/{PATH}-3"


@pytest.mark.parametrize("made", [False, True])
def test_killed_in_the_middle_it_is_made_once(place: Signalled, made: bool) -> None:
    making, keeping = place.part("draft_pages"), place.part("store")
    signal = keeping.Signal(title="Le four solaire", summary="Un four.")
    row, _new = keeping.keep(place.instance, signal, place.people["cora"], "making", "key")
    if made:
        making.make_draft(place.instance, row.id, place.people["cora"])
        models = place.part("models")
        with place.instance.private.session() as session:
            session.execute(update(models.SignalRow).values(state="making"))
    making.finish(place.instance)
    making.finish(place.instance)
    (found,) = place.rows()
    assert (found.state, found.path) == ("draft", PATH)
    assert not is_taken(place.reader("anne"), f"{PATH}-2")


def test_without_a_script_what_may_be_there_already_is_shown_first(place: Signalled) -> None:
    words = place.signal("cora", json=False, title="Des capteurs pour la ferme")
    text = words.get_data(as_text=True)
    assert "Ce projet existe peut-être déjà" in text and "/projets/capteurs" in text
    assert 'value="Des capteurs pour la ferme"' in text and place.rows() == []
    sent = place.signal("cora", json=False, title="Des capteurs pour la ferme", sure="1")
    assert sent.headers["Location"] == "/projets/des-capteurs-pour-la-ferme"
    found = place.client("cora").get(f"{FORM}/similar?title=capteur de ferme").get_json()
    assert [one["url"] for one in found][:1] == ["/projets/capteurs"]
    # What others signalled is a secret here too.
    assert len(place.client("marc").get(f"{FORM}/similar?title=capteurs").get_json()) == 1


def test_what_cannot_be_taken_says_where(place: Signalled) -> None:
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"title": " "}, "title"),
        ({"summary": ""}, "summary"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://a.example/><b>"}, "link"),
        ({"territory": "x" * 101}, "territory"),
        ({"summary": "Écrire à awa@ailleurs.example."}, "summary"),
        ({"title": "Awa <awa@ailleurs.example>"}, "title"),
        ({"link": "https://awa@ailleurs.example/"}, "link"),
        ({"key": "?"}, ""),
    ]
    for wrong, where in wrongs:
        answer = place.signal("cora", **wrong)
        assert answer.status_code == 422 and answer.get_json()["field"] == where
        kept = place.signal("cora", json=False, contact="Awa au marché", **wrong)
        assert "Awa au marché" in kept.get_data(as_text=True), "what was typed stays"
    assert place.rows() == []


def test_a_photo_that_is_none_is_refused(place: Signalled) -> None:
    answer = place.signal("cora", photo=(io.BytesIO(b"<script>"), "photo.jpg"))
    assert answer.status_code == 415 and answer.get_json()["field"] == "photo"
    assert place.rows() == []


def test_people_without_an_account_are_read_first(place: Signalled) -> None:
    answer = place.signal("", name="Zoé [[index]]", email="zoe@example.net", contact="Awa")
    assert answer.get_json() == {"state": "held", "url": ""}
    (row,) = place.rows()
    assert row.state == "held"
    for who, status in (("", 302), ("marc", 404), ("coco", 404), ("paul", 200)):
        place.see(who, f"{FORM}/{row.id}", status)
    assert "zoe@example.net" in place.see("paul", f"{FORM}/{row.id}")
    assert place.press("paul", row, "accept") == f"/{PATH}"
    source = place.see("paul", f"/{PATH}.md")
    assert r"Zoé \[\[index\]\]" in source and "zoe@" not in source and "Awa" not in source
    place.press("paul", row, "accept")
    assert not is_taken(place.reader("anne"), f"{PATH}-2")


def test_the_setting_closes_it_to_people_without_an_account(place: Signalled) -> None:
    place.settle(visitor_signals=False)
    place.see("", FORM, 302)
    answer = place.signal("", name="Zoé")
    assert answer.get_json()["login"] and place.rows() == []
    assert not place.client().get(f"{FORM}/state").get_json()["open"]


def test_machines_fall_into_the_traps(place: Signalled) -> None:
    place.settle(base_url="https://wiki.example.org", smtp_host="mail.example.org")
    with place.app.test_request_context(base_url="http://localhost"):
        traps = place.part("views").antispam.fields()
    filled = place.signal("", name="Zoé", website="x", **{traps["stamp"]: traps["opened"]})
    assert filled.get_json()["state"] == "held" and place.rows() == []
    hasty = place.signal("", name="Zoé", **{traps["stamp"]: traps["opened"]})
    assert hasty.status_code == 422 and place.rows() == []


def test_readers_accounts_are_read_first_too(place: Signalled) -> None:
    assert place.signal("lise").get_json()["state"] == "held"
    (row,) = place.rows()
    place.see("lise", f"{FORM}/{row.id}")
    place.press("lise", row, "accept", status=403)
    assert place.rows()[0].state == "held"


def test_a_day_has_room_for_so_many(place: Signalled) -> None:
    place.settle(signals_per_day=1)
    assert place.signal("cora").status_code == 200
    answer = place.signal("cora", key="another-key-1")
    assert answer.status_code == 429 and "Retry-After" in answer.headers
    assert place.signal("cora").status_code == 200, "the same again is no second one"


def test_the_team_reads_publishes_and_joins(place: Signalled) -> None:
    place.signal("cora")
    (row,) = place.rows()
    everything = place.see("paul", f"{FORM}/list")
    assert "Le four solaire" in everything and "brouillon" in everything
    assert "Le four solaire" not in place.see("coco", f"{FORM}/list")
    assert "Le four solaire" not in place.see("marc", f"{FORM}/list")
    assert place.press("paul", row, "read") == f"/{PATH}"
    place.see("paul", f"/{PATH}")
    assert place.press("paul", row, "publish") == f"/{PATH}"
    place.see("", f"/{PATH}")
    assert "publié" in place.see("cora", f"{FORM}/list")
    assert "Le four solaire" in place.see("coco", f"{FORM}/list")
    history = place.see("cora", f"/-/history/{PATH}")
    assert "Paul" in history and "Cora" in history, "each did what they did"
    place.press("paul", row, "merge", other="projets/capteurs", status=422)


def test_the_same_as_another(place: Signalled) -> None:
    place.signal("cora", title="Capteurs de ferme")
    (row,) = place.rows()
    page = place.see("paul", f"{FORM}/{row.id}")
    assert "Ce projet existe peut-être déjà" in page
    place.press("paul", row, "merge", other="nulle part", status=422)
    place.press("paul", row, "merge", other="Capteurs à la ferme")
    assert "déjà là" in place.see("cora", f"{FORM}/{row.id}")


def test_the_team_sees_that_two_found_the_same(place: Signalled) -> None:
    place.signal("cora")
    place.signal("marc", title="Four solaire à Dakar")
    first, second = sorted(place.rows(), key=lambda row: row.title != "Le four solaire")
    link = f'href="/-/signal/{second.id}"'
    page = place.see("paul", f"/-/signal/{first.id}")
    assert link in page and "C’est celui-ci" in page
    assert link not in place.see("cora", f"/-/signal/{first.id}")
    # It can be joined with that draft once the team has opened it.
    place.press("paul", first, "merge", other=second.path, status=422)
    place.press("paul", second, "read")
    place.press("paul", first, "merge", other=second.path)


def test_an_account_that_is_erased_takes_its_rows_along(place: Signalled) -> None:
    place.signal("cora", contact="Awa Ndiaye")
    place.signal("", key="visitor-key-1", name="Zoé", email="marc@example.org")
    erase(place.instance.private, place.people["cora"].id)
    erase(place.instance.private, place.people["marc"].id)
    assert place.rows() == []
    assert is_taken(place.reader("anne"), PATH)


def test_whom_to_contact_is_forgotten_in_time(place: Signalled) -> None:
    place.signal("cora", contact="Awa Ndiaye")
    keeping = place.part("store")
    keeping.forget(place.instance)
    assert place.rows()[0].contact == "Awa Ndiaye"
    place.later(days=366)
    keeping.forget(place.instance)
    assert place.rows()[0].contact == ""


def test_the_form_is_light(place: Signalled) -> None:
    for url in (FORM, f"{FORM}/offline"):
        page = place.client("cora").get(url).data
        assert len(zlib.compress(page, 6)) < 10_000, url
    offline = place.see("cora", f"{FORM}/offline")
    assert "Cora" not in offline and "csrf_token" not in offline
    worker = place.client().get(f"{FORM}/worker.js?lang=fr")
    assert worker.headers["Service-Worker-Allowed"] == FORM
    assert re.search(r"/signal-[0-9a-f]{10}\.js", worker.get_data(as_text=True))


def test_changing_something_takes_the_forms_token(place: Signalled) -> None:
    client, data = place.client("cora"), {"title": "a", "summary": "b", "key": KEY}
    assert client.post(FORM, data=data).status_code == 400
    assert token(client, FORM)
