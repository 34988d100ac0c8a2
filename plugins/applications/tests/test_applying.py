"""Proposing a project: its space from the first minute, who reads it, and taking it back."""

from typing import Any

import pytest
from sqlalchemy import text

from wiki.api.reading import get_page, page_exists
from wiki.api.reading.rows import list_own_spaces, list_space_pages
from wiki.editing.move import delete, move
from wiki.people.accounts import set_page

from .conftest import EVENT, NEW, Evening


def test_a_space_of_its_own_from_the_first_minute(evening: Evening) -> None:
    id_ = evening.apply()
    row = evening.row(id_)
    assert (row.event, row.state, row.made, row.why) == (EVENT, "received", True, NEW["why"])
    page = get_page(evening.reader("awa"), row.project)
    assert page.title == NEW["title"] and page.head.text("visibility") == "team"
    assert [item.plain for block in page.document.blocks for item in block.items] == [
        "Un apiculteur",
        "Une carte radio",
    ]
    assert "Qui le porte" in page.text and [one.name for one in page.document.blocks] == ["besoins"]
    assert NEW["why"] not in page.text
    readers = {who: page_exists(evening.reader(who), row.project) for who in ("", *evening.people)}
    assert [who for who, may in readers.items() if may] == ["awa", "prune", "chef"]
    assert not evening.reader("prune").may_edit(row.project)


def test_proposed_twice_it_is_one(evening: Evening) -> None:
    first = evening.apply()
    assert evening.apply() == first
    again = evening.send(
        "awa", "/-/applications/new", to=EVENT, project=evening.row(first).project, why="Encore"
    )
    assert again.endswith(first)
    assert evening.row(first).why == "Encore"
    assert len(list_own_spaces(evening.reader("awa"))) == 1


def test_with_a_project_that_is_there_nothing_of_it_changes(evening: Evening) -> None:
    before = get_page(evening.reader(), "projets/jardin").text
    evening.send("bea", "/-/applications/new", to=EVENT, project="projets/jardin", why="")
    assert get_page(evening.reader(), "projets/jardin").text == before
    refused = evening.send("awa", "/-/applications/new", 422, to=EVENT, project="projets/jardin")
    assert "dont vous êtes de l’équipe" in refused


def test_withdrawn_nobody_but_the_team_reads_it(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    evening.see("prune", f"/{project}")
    evening.send("awa", f"/-/application/{id_}", action="withdraw")
    assert not page_exists(evening.reader("prune"), project)
    evening.see("prune", f"/{project}", 404)
    evening.see("prune", f"/-/application/{id_}", 404)
    assert NEW["title"] not in evening.see("prune", f"/-/applications/{EVENT}")
    assert "retirée" in evening.see("awa", f"/-/application/{id_}")
    evening.send("awa", f"/-/application/{id_}", action="again")
    assert evening.row(id_).state == "received"
    evening.see("prune", f"/{project}")


def test_who_sees_it_is_one_button_and_back(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    evening.send("awa", f"/-/application/{id_}", action="show")
    assert page_exists(evening.reader(), project)
    assert [row.path for row in list_space_pages(evening.reader(), project)]
    evening.send("awa", f"/-/application/{id_}", action="hide")
    assert not page_exists(evening.reader(), project)
    evening.send("orga", f"/-/application/{id_}", 404, action="show")


def test_it_follows_a_page_that_moves(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    move(evening.reader("awa"), project, "projets/autre-nom")
    move(evening.reader("chef"), EVENT, "evenements/rennes")
    row = evening.row(id_)
    assert (row.project, row.event) == ("projets/autre-nom", "evenements/rennes")
    assert NEW["title"] in evening.see("orga", "/-/applications/evenements/rennes")
    evening.see("prune", "/projets/autre-nom")


def test_another_page_at_the_same_address_is_another(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    delete(evening.reader("awa"), project, below=True)
    assert not page_exists(evening.reader("prune"), project)
    evening.see("orga", f"/-/application/{id_}", 404)
    made = evening.send("bea", "/-/new", type="project", title=NEW["title"])
    assert made.endswith(f"/{project}")
    from wiki.editing.save import change_page
    from wiki.pages.head.changes import edit_head

    change_page(
        evening.reader("bea"), project, lambda page: edit_head(page.text, {"visibility": "team"})
    )
    assert page_exists(evening.reader("bea"), project)
    assert not page_exists(evening.reader("prune"), project)
    evening.see("prune", f"/-/application/{id_}", 404)


def test_naming_someone_of_the_old_team_brings_nothing(evening: Evening) -> None:
    """A page at a free address may name anybody: neither side's notes are read by that."""
    id_ = evening.apply()
    evening.send("awa", f"/-/application/{id_}", action="note", text="Entre nous")
    project = evening.row(id_).project

    def write(path: str, text: str | None) -> None:
        evening.write({evening.file(path): text})
        evening.tend()

    for path, kind, old in ((project, "project", "awa"), (EVENT, "event", "orga")):
        evening.tend()
        write(path, None)
        team = f"team: ['[[personnes/{old}]]', '[[personnes/bea]]']"
        page = f"---\ntype: {kind}\ntitle: Ruches\nstarts: 2027-03-18\n"
        write(path, f"{page}candidatures: ouvertes\n{team}\n---\n")
        evening.see("bea", f"/-/application/{id_}", 404)
        if kind == "project":
            answer = evening.send("bea", "/-/applications/new", to=EVENT, project=project)
            assert not answer.endswith(id_)
            seen = evening.see("bea", answer)
            assert "Entre nous" not in seen
        else:
            assert "Ruches" not in evening.see("bea", f"/-/applications/{EVENT}").split("<h1")[1]


def test_it_follows_a_page_that_a_push_renames_to_nobody_new(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    evening.tend()
    name = evening.file(project)

    def head(*team: str) -> str:
        people = ", ".join(f"'[[personnes/{one}]]'" for one in team)
        words = f"type: project\ntitle: Ruches\naliases: [{project}]\nteam: [{people}]"
        return f"---\n{words}\nvisibility: team\n---\n"

    evening.write({name: None, "projets/claim.md": head("awa", "bea")})
    evening.tend()
    assert evening.row(id_).project == project
    evening.see("bea", f"/-/application/{id_}", 404)
    evening.write({"projets/claim.md": None, "projets/autre.md": head("awa")})
    evening.tend()
    assert evening.row(id_).project == "projets/autre"
    assert page_exists(evening.reader("prune"), "projets/autre")
    evening.see("awa", f"/-/application/{id_}")


def test_restored_it_stands_again(evening: Evening) -> None:
    from wiki.editing.save import restore

    id_ = evening.apply()
    project = evening.row(id_).project
    head = evening.instance.repository.head()
    evening.send("orga", f"/-/application/{id_}", action="aside")
    assert "reçue" in evening.see("awa", f"/-/application/{id_}")
    delete(evening.reader("awa"), project, below=True)
    assert NEW["title"] not in evening.see("orga", f"/-/applications/{EVENT}")
    restore(evening.reader("chef"), project, head)
    evening.send("orga", f"/-/application/{id_}", action="take-up")
    assert NEW["title"] in evening.see("orga", f"/-/applications/{EVENT}")


def test_an_account_that_is_opened_on_the_way(evening: Evening) -> None:
    """What a visitor wrote waits for their address; reading the form gives them nothing to keep."""
    url, client = "/-/applications/new", evening.client()
    assert "Set-Cookie" not in client.get(f"{url}?to={EVENT}").headers
    refused = client.post(url, data={**NEW, "to": EVENT, "summary": ""})
    assert refused.status_code == 422 and "Ruches parlantes" in refused.get_data(as_text=True)
    last = client.post(url, data={**NEW, "to": EVENT}).location
    assert "Pour rencontrer des apiculteurs" in evening.see("", last)
    begun = evening.see("", f"{url}?kept={last.rsplit('/', 1)[1]}")
    assert "Carrefour de Rennes" in begun and "Une carte radio" in begun
    # Whoever has an account sends it by one button, once.
    for _twice in range(2):
        led = evening.send("tiers", last)
        assert led.startswith("/-/application/")
    assert len(evening.part("store").find_all(evening.instance)) == 1
    assert evening.account("tiers").page


def test_what_visitors_left_before_is_found_by_its_address(evening: Evening) -> None:
    models, private = evening.part("models"), evening.instance.private
    with private.session() as session:
        session.add(models.KeptRow(id="c" * 32, application=None, created=evening.now, **NEW))
        session.execute(text("DELETE FROM alembic_version WHERE version_num = 'applications_0001'"))
    private.migrate()
    form = evening.see("tiers", f"/-/applications/new?to={EVENT}&kept={'c' * 32}")
    assert NEW["title"] in form and "Pour rencontrer des apiculteurs" in form
    with private.reading() as session:
        assert session.query(models.KeptRow).count() == 0


def test_a_closed_event_keeps_the_text(evening: Evening) -> None:
    evening.later(days=40)
    form = evening.see("awa", f"/-/applications/new?to={EVENT}")
    assert "ne prend pas de candidatures" in form
    evening.send("awa", "/-/applications/new", 422, to=EVENT, **NEW)
    assert "Proposer un projet" not in evening.see("", f"/{EVENT}")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", " ", "Donnez-lui un nom"),
        ("summary", "", "en une phrase"),
        ("why", "x" * 1001, "1000 caractères"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_kept(
    evening: Evening, field: str, value: str, said: str
) -> None:
    sent: dict[str, Any] = {**NEW, "to": EVENT, field: value}
    page = evening.send("awa", "/-/applications/new", 422, **sent)
    assert said in page and "Une carte radio" in page
    assert list_own_spaces(evening.reader("awa")) == []


def test_a_newcomer_waits_until_someone_has_read_them(evening: Evening) -> None:
    evening.hold("tiers")
    id_ = evening.apply("tiers")
    assert evening.apply("tiers") == id_
    assert evening.row(id_).state == "held" and evening.row(id_).project == ""
    assert not page_exists(evening.reader("chef"), "projets/ruches-parlantes")
    assert NEW["title"] in evening.see("orga", f"/-/applications/{EVENT}")
    evening.see("awa", f"/-/application/{id_}", 404)
    evening.send("orga", f"/-/application/{id_}", action="accept")
    assert evening.row(id_).state == "received"
    assert page_exists(evening.reader("tiers"), "projets/ruches-parlantes")
    assert evening.account("tiers").held


def test_a_newcomer_who_was_read_elsewhere_waits_no_longer(evening: Evening) -> None:
    evening.hold("tiers")
    id_ = evening.apply("tiers")
    evening.hold("tiers", held=False)
    evening.tend()
    assert evening.row(id_).project == "projets/ruches-parlantes"


def test_a_team_that_changes_stays_behind_it(evening: Evening) -> None:
    from wiki.editing.save import change_page
    from wiki.pages.head.changes import edit_head

    id_ = evening.apply()
    project = evening.row(id_).project

    def team(*people: str) -> None:
        names = [f"[[personnes/{one}]]" for one in people]
        change_page(
            evening.reader("chef"), project, lambda page: edit_head(page.text, {"team": names})
        )

    team("awa", "bea")
    evening.tend()
    team("bea")
    assert page_exists(evening.reader("prune"), project)
    evening.see("bea", f"/-/application/{id_}")
    evening.see("awa", f"/-/application/{id_}", 404)
    set_page(evening.instance.private, evening.people["bea"].id, None, by="test")
    assert not page_exists(evening.reader("prune"), project)


def test_what_waited_for_someone_who_left_is_gone(evening: Evening) -> None:
    from wiki.people.privacy.erasure import erase

    evening.hold("tiers")
    id_ = evening.apply("tiers")
    erase(evening.instance.private, evening.people["tiers"].id)
    evening.tend()
    keeping = evening.part("store")
    assert keeping.find_all(evening.instance) == []
    assert keeping.kept_of(evening.instance, [id_]) == {}
