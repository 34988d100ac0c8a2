"""Proposing a project: its space from the first minute, who reads it, and taking it back."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from wiki.editing.moving import delete, move
from wiki.people.accounts import set_page
from wiki.people.models.accounts import PersonRow

from .conftest import EVENT, NEW, Evening


def test_a_space_of_its_own_from_the_first_minute(evening: Evening) -> None:
    id_ = evening.apply()
    row = evening.row(id_)
    assert (row.event, row.state, row.made, row.why) == (EVENT, "received", True, NEW["why"])
    page = evening.reader("awa").page(row.project)
    assert page.title == NEW["title"] and page.head.text("visibility") == "team"
    assert [item.plain for block in page.document.blocks for item in block.items] == [
        "Un apiculteur",
        "Une carte radio",
    ]
    assert "Qui le porte" in page.text and [one.name for one in page.document.blocks] == ["besoins"]
    assert NEW["why"] not in page.text
    readers = {who: evening.reader(who).exists(row.project) for who in ("", *evening.ids)}
    assert [who for who, may in readers.items() if may] == ["awa", "prune", "chef"]
    assert evening.reader("prune").may_edit(row.project)


def test_proposed_twice_it_is_one(evening: Evening) -> None:
    first = evening.apply()
    assert evening.apply() == first
    again = evening.post(
        "awa", "/-/applications/new", to=EVENT, project=evening.row(first).project, why="Encore"
    )
    assert again.headers["Location"].endswith(first)
    assert evening.row(first).why == "Encore"
    assert len(evening.reader("awa").spaces_of_mine()) == 1


def test_with_a_project_that_is_there_nothing_of_it_changes(evening: Evening) -> None:
    before = evening.reader().page("projets/jardin").text
    evening.post("bea", "/-/applications/new", to=EVENT, project="projets/jardin", why="")
    assert evening.reader().page("projets/jardin").text == before
    refused = evening.post("awa", "/-/applications/new", 422, to=EVENT, project="projets/jardin")
    assert "dont vous êtes de l’équipe" in refused.get_data(as_text=True)


def test_withdrawn_nobody_but_the_team_reads_it(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    evening.get("prune", f"/{project}")
    evening.post("awa", f"/-/application/{id_}", action="withdraw")
    assert not evening.reader("prune").exists(project)
    evening.get("prune", f"/{project}", 404)
    evening.get("prune", f"/-/application/{id_}", 404)
    assert NEW["title"] not in evening.get("prune", f"/-/applications/{EVENT}")
    assert "retirée" in evening.get("awa", f"/-/application/{id_}")
    evening.post("awa", f"/-/application/{id_}", action="again")
    assert evening.row(id_).state == "received"
    evening.get("prune", f"/{project}")


def test_who_sees_it_is_one_button_and_back(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    evening.post("awa", f"/-/application/{id_}", action="show")
    assert evening.reader().exists(project)
    assert [row.path for row in evening.reader().pages_of(project)]
    evening.post("awa", f"/-/application/{id_}", action="hide")
    assert not evening.reader().exists(project)
    evening.post("orga", f"/-/application/{id_}", 404, action="show")


def test_it_follows_a_page_that_moves(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    move(evening.reader("awa"), project, "projets/autre-nom")
    move(evening.reader("chef"), EVENT, "evenements/rennes")
    row = evening.row(id_)
    assert (row.project, row.event) == ("projets/autre-nom", "evenements/rennes")
    assert NEW["title"] in evening.get("orga", "/-/applications/evenements/rennes")
    evening.get("prune", "/projets/autre-nom")


def test_another_page_at_the_same_address_is_another(evening: Evening) -> None:
    id_ = evening.apply()
    project = evening.row(id_).project
    delete(evening.reader("awa"), project, below=True)
    assert not evening.reader("prune").exists(project)
    evening.get("orga", f"/-/application/{id_}", 404)
    made = evening.post("bea", "/-/new", type="project", title=NEW["title"])
    assert made.headers["Location"].endswith(f"/{project}")
    from wiki.editing.saving import change_page
    from wiki.pages.frontmatter import edit_head

    change_page(
        evening.reader("bea"), project, lambda page: edit_head(page.text, {"visibility": "team"})
    )
    assert evening.reader("bea").exists(project)
    assert not evening.reader("prune").exists(project)
    evening.get("prune", f"/-/application/{id_}", 404)


def test_naming_someone_of_the_old_team_brings_nothing(evening: Evening) -> None:
    """A page at a free address may name anybody: neither side's notes are read by that."""
    from wiki.repository.objects import Author
    from wiki.repository.writing import commit

    id_ = evening.apply()
    evening.post("awa", f"/-/application/{id_}", action="note", text="Entre nous")
    project = evening.row(id_).project

    def write(path: str, text: str | None) -> None:
        head = evening.instance.repository.head()
        names = {name for name, _id in evening.instance.repository.files(head)}
        inner = f"{path}/index.md"
        name = inner if inner in names else f"{path}.md"
        author = Author("Une main", "main@people.invalid")
        data = text.encode() if text else None
        commit(evening.instance.repository, head, {name: data}, author, "by hand")
        evening.part("tending").run(evening.instance)

    for path, kind, old in ((project, "project", "awa"), (EVENT, "event", "orga")):
        evening.part("tending").run(evening.instance)
        write(path, None)
        team = f"team: ['[[personnes/{old}]]', '[[personnes/bea]]']"
        page = f"---\ntype: {kind}\ntitle: Ruches\nstarts: 2027-03-18\n"
        write(path, f"{page}candidatures: ouvertes\n{team}\n---\n")
        evening.get("bea", f"/-/application/{id_}", 404)
        if kind == "project":
            answer = evening.post("bea", "/-/applications/new", to=EVENT, project=project)
            assert not answer.headers["Location"].endswith(id_)
            seen = evening.get("bea", answer.headers["Location"])
            assert "Entre nous" not in seen
        else:
            assert "Ruches" not in evening.get("bea", f"/-/applications/{EVENT}").split("<h1")[1]


def test_it_follows_a_page_that_a_push_renames_to_nobody_new(evening: Evening) -> None:
    from wiki.repository.objects import Author
    from wiki.repository.writing import commit

    id_ = evening.apply()
    project = evening.row(id_).project
    evening.part("tending").run(evening.instance)
    repository, author = evening.instance.repository, Author("Une main", "main@people.invalid")
    names = {name for name, _id in repository.files(repository.head())}
    (name,) = {f"{project}.md", f"{project}/index.md"} & names

    def head(*team: str) -> bytes:
        people = ", ".join(f"'[[personnes/{one}]]'" for one in team)
        words = f"type: project\ntitle: Ruches\naliases: [{project}]\nteam: [{people}]"
        return f"---\n{words}\nvisibility: team\n---\n".encode()

    claimed = {name: None, "projets/claim.md": head("awa", "bea")}
    commit(repository, repository.head(), claimed, author, "by hand")
    evening.part("tending").run(evening.instance)
    assert evening.row(id_).project == project
    evening.get("bea", f"/-/application/{id_}", 404)
    renamed = {"projets/claim.md": None, "projets/autre.md": head("awa")}
    commit(repository, repository.head(), renamed, author, "by hand")
    evening.part("tending").run(evening.instance)
    assert evening.row(id_).project == "projets/autre"
    assert evening.reader("prune").exists("projets/autre")
    evening.get("awa", f"/-/application/{id_}")


def test_restored_it_stands_again(evening: Evening) -> None:
    from wiki.editing.saving import restore

    id_ = evening.apply()
    project = evening.row(id_).project
    head = evening.instance.repository.head()
    evening.post("orga", f"/-/application/{id_}", action="aside")
    assert "reçue" in evening.get("awa", f"/-/application/{id_}")
    delete(evening.reader("prune"), project, below=True)
    assert NEW["title"] not in evening.get("orga", f"/-/applications/{EVENT}")
    restore(evening.reader("chef"), project, head)
    evening.post("orga", f"/-/application/{id_}", action="take-up")
    assert NEW["title"] in evening.get("orga", f"/-/applications/{EVENT}")


def test_an_account_that_is_opened_on_the_way(evening: Evening) -> None:
    """What a visitor wrote is kept while they sign up, found by who has its address alone."""
    answer = evening.post("", "/-/applications/new", 303, to=EVENT, website="", **NEW)
    target = answer.headers["Location"]
    assert target.startswith("/-/register?next=") and "kept%3D" in target
    page = evening.get("", target)
    next_ = re.search(r'name="next" value="([^"]+)"', page)
    assert next_
    form = evening.get("tiers", next_[1].replace("&amp;", "&"))
    assert NEW["title"] in form and "Pour rencontrer des apiculteurs" in form
    kept = re.search(r'name="kept" value="(\w+)"', form)
    assert kept
    evening.apply("tiers", kept=kept[1])
    assert NEW["title"] not in evening.get("bea", next_[1].replace("&amp;", "&"))
    assert evening.person("tiers").page


def test_a_closed_event_keeps_the_text(evening: Evening) -> None:
    evening.later(days=40)
    form = evening.get("awa", f"/-/applications/new?to={EVENT}")
    assert "ne prend pas de candidatures" in form
    evening.post("awa", "/-/applications/new", 422, to=EVENT, **NEW)
    assert "Proposer un projet" not in evening.get("", f"/{EVENT}")


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
    page = evening.post("awa", "/-/applications/new", 422, **sent).get_data(as_text=True)
    assert said in page and "Une carte radio" in page
    assert evening.reader("awa").spaces_of_mine() == []


def test_a_newcomer_waits_until_someone_has_read_them(evening: Evening) -> None:
    with evening.instance.private.session() as session:
        row = session.scalar(select(PersonRow).where(PersonRow.id == evening.ids["tiers"]))
        assert row is not None
        row.held = evening.now
    id_ = evening.apply("tiers")
    assert evening.apply("tiers") == id_
    assert evening.row(id_).state == "held" and evening.row(id_).project == ""
    assert not evening.reader("chef").exists("projets/ruches-parlantes")
    assert NEW["title"] in evening.get("orga", f"/-/applications/{EVENT}")
    evening.get("awa", f"/-/application/{id_}", 404)
    evening.post("orga", f"/-/application/{id_}", action="accept")
    assert evening.row(id_).state == "received"
    assert evening.reader("tiers").exists("projets/ruches-parlantes")
    assert evening.person("tiers").held


def test_a_newcomer_who_was_read_elsewhere_waits_no_longer(evening: Evening) -> None:
    with evening.instance.private.session() as session:
        row = session.scalar(select(PersonRow).where(PersonRow.id == evening.ids["tiers"]))
        assert row is not None
        row.held = evening.now
    id_ = evening.apply("tiers")
    with evening.instance.private.session() as session:
        row = session.scalar(select(PersonRow).where(PersonRow.id == evening.ids["tiers"]))
        assert row is not None
        row.held = None
    evening.part("tending").run(evening.instance)
    assert evening.row(id_).project == "projets/ruches-parlantes"


def test_a_team_that_changes_stays_behind_it(evening: Evening) -> None:
    from wiki.editing.saving import change_page
    from wiki.pages.frontmatter import edit_head

    id_ = evening.apply()
    project = evening.row(id_).project

    def team(*people: str) -> None:
        names = [f"[[personnes/{one}]]" for one in people]
        change_page(
            evening.reader("chef"), project, lambda page: edit_head(page.text, {"team": names})
        )

    team("awa", "bea")
    evening.part("tending").run(evening.instance)
    team("bea")
    assert evening.reader("prune").exists(project)
    evening.get("bea", f"/-/application/{id_}")
    evening.get("awa", f"/-/application/{id_}", 404)
    set_page(evening.instance.private, evening.ids["bea"], None, by="test")
    assert not evening.reader("prune").exists(project)


def test_what_waited_for_someone_who_left_is_gone(evening: Evening) -> None:
    from wiki.people.erasure import erase

    with evening.instance.private.session() as session:
        row = session.scalar(select(PersonRow).where(PersonRow.id == evening.ids["tiers"]))
        assert row is not None
        row.held = evening.now
    id_ = evening.apply("tiers")
    erase(evening.instance.private, evening.ids["tiers"])
    evening.part("tending").run(evening.instance)
    keeping = evening.part("keeping")
    assert keeping.find_all(evening.instance) == []
    assert keeping.kept_of(evening.instance, id_) is None
