"""Exports in the browser: made in the background, kept for a day, for who asked and may read it."""

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.exports.samples import PAGES, Write
from wiki.errors import NotFound
from wiki.exports import job
from wiki.instance import Instance
from wiki.people.audit import noted
from wiki.people.exports import ask_export, list_exports, put_back, take_next
from wiki.people.person import Person
from wiki.testing import PASSWORD, token

LogIn = Callable[[Person], FlaskClient]
OWN, SITE = "/-/account/export", "/-/admin/export"


def send(client: FlaskClient, place: str, **typed: str) -> tuple[int, str]:
    form = {"csrf_token": token(client, place), **typed}
    answer = client.post(place, data=form, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def files_of(client: FlaskClient, id: str) -> list[str]:
    """The names in the archive; none where it is not given."""
    with client.get(f"{OWN}/{id}/file") as answer:
        if answer.status_code != 200:
            return []
        assert "no-store" in answer.headers["Cache-Control"]
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            return archive.namelist()


def test_a_member_takes_along_what_they_may_read_for_a_day(
    instance: Instance,
    write: Write,
    person: Callable[..., Person],
    log_in: LogIn,
    client: FlaskClient,
) -> None:
    write(PAGES)
    awa, other = person("Awa", page="personnes/awa"), person("B")
    member, stranger = log_in(awa), log_in(other)
    assert client.get(OWN).status_code in (302, 303, 401, 403)
    assert send(member, OWN, action="make", format="nichts")[0] == 422
    status, shown = send(member, OWN, action="make", format="markdown")
    assert status == 200 and "Cela commence dans un instant" in shown and "every 2s" in shown
    # The same once more while it is to come is the same export.
    send(member, OWN, action="make", format="markdown")
    (one,) = list_exports(instance.private, awa.id)
    assert files_of(member, one.id) == []
    assert job.is_due(instance)
    job.run(instance)
    assert not job.is_due(instance) and "every 2s" not in member.get(OWN).get_data(as_text=True)
    assert "projets/clos.md" in files_of(member, one.id)
    assert "site-exported" in {line.what for line in noted(instance.private)}
    for nobody in (stranger, client):
        assert files_of(nobody, one.id) == []
    # What Awa may no longer read is no longer given, though it was made before.
    write({"projets/clos.md": str(PAGES["projets/clos.md"]).replace("personnes/awa", "x")})
    assert files_of(member, one.id) == []
    write({"projets/clos.md": PAGES["projets/clos.md"]})
    assert files_of(member, one.id)
    now = instance.private.now
    instance.private.now = lambda: now() + timedelta(hours=25)
    assert files_of(member, one.id) == [] and job.is_due(instance)
    job.run(instance)
    assert not any((instance.settings.instance / "exports").iterdir())


def test_everything_is_for_an_administrator_who_proves_to_be_them(
    instance: Instance, write: Write, person: Callable[..., Person], log_in: LogIn
) -> None:
    write(PAGES)
    boss = person("Chef", role="admin")
    admin, member = log_in(boss), log_in(person("Membre"))
    assert member.get(SITE).status_code == 403
    asked = {"action": "make", "format": "markdown", "scope": "all"}
    status, shown = send(admin, SITE, **asked, password="pas le bon")
    assert status == 422 and "mot de passe" in shown and not list_exports(instance.private, boss.id)
    assert send(admin, SITE, **asked, password=PASSWORD)[0] == 200
    assert send(admin, SITE, **{**asked, "scope": "visitor"})[0] == 200
    job.run(instance)
    made = {one.scope: one.id for one in list_exports(instance.private, boss.id)}
    assert "projets/clos.md" in files_of(admin, made["all"])
    assert "projets/clos.md" not in files_of(admin, made["visitor"])
    # No administrator any more: neither what was made nor what is still to come.
    send(admin, SITE, **asked, password=PASSWORD)
    demoted = replace(boss, role="member")
    one = next(one for one in list_exports(instance.private, boss.id) if one.id == made["all"])
    with pytest.raises(NotFound):
        job.file_of(instance, demoted, one)


def test_what_is_cancelled_cut_off_or_has_no_room_leaves_nothing(
    instance: Instance, write: Write, person: Callable[..., Person], log_in: LogIn
) -> None:
    write(PAGES)
    awa = person("Awa")
    member = log_in(awa)
    place = instance.settings.instance / "exports"

    def ask(form: str) -> str:
        return ask_export(instance.private, awa.id, "own", form, "fr")[0].id

    # Cancelled while it is being made.
    id = ask("site")
    send(member, OWN, action="drop", id="einer-der-nicht-ist")
    assert len(list_exports(instance.private, awa.id)) == 1
    taken = take_next(instance.private)
    assert taken is not None
    send(member, OWN, action="drop", id=id)
    job._make(instance, taken, lambda: False)
    assert list_exports(instance.private, awa.id) == [] and not any(place.iterdir())
    # Told to end: it waits, and is made by who comes next.
    id = ask("markdown")
    taken = take_next(instance.private)
    assert taken is not None
    job._make(instance, taken, lambda: True)
    assert [one.state for one in list_exports(instance.private, awa.id)] == ["waiting"]
    # Killed twice in the middle: it is given up, in words.
    for _turn in range(2):
        assert take_next(instance.private) is not None
        put_back(instance.private)
    job.run(instance)
    (one,) = list_exports(instance.private, awa.id)
    assert one.state == "failed" and "coupé" in one.words
    assert one.words in member.get(OWN).get_data(as_text=True).replace("&#39;", "'")
    # Three of one person are kept.
    ids = [ask(form) for form in ("markdown", "site", "tables", "mediawiki")]
    assert {one.id for one in list_exports(instance.private, awa.id)} == set(ids[1:])
    # A file stands where the folder of exports belongs.
    job.forget_exports(instance)
    shutil.rmtree(place, ignore_errors=True)
    place.write_text("x")
    job.run(instance)
    assert {one.state for one in list_exports(instance.private, awa.id)} == {"failed"}
