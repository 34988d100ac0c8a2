"""Whose answers are whose: of accounts that went, of pages without a team, of pages gone."""

from wiki.api.reading import get_page

from .conftest import ASKS, PATH, URL, Asked


def test_what_an_account_left_behind_is_of_one_author_with_nobody(asked: Asked) -> None:
    """Let through or not, the first messages of others wait as they did."""
    from sqlalchemy import update

    from wiki.people.accounts import get_person
    from wiki.people.models.accounts import PersonRow
    from wiki.people.privacy.erasure import erase

    private, deciding = asked.instance.private, asked.part("decisions")
    for name in ("tom", "tim", "tam"):
        made = asked.person(name)
        with private.session() as session:
            held = update(PersonRow).where(PersonRow.id == made.id).values(held=private.now())
            session.execute(held)
        asked.people[name] = get_person(private, made.id) or made
        asked.answers(name, helps=f"Mots de {name}")
    for name, act in (("tom", deciding.drop), ("tim", deciding.let_through)):
        row = next(one for one in asked.rows() if name in one.helps)
        erase(private, asked.people[name].id)
        act(asked.instance, row.id)
    assert [row.state for row in asked.rows() if "tam" in row.helps] == ["held"]
    assert [row.helps for row in asked.rows() if row.state == "open"] == ["Mots de tim"]
    erase(private, asked.people["tam"].id)
    assert private_senders(asked) == []


def private_senders(asked: Asked) -> list[str]:
    from sqlalchemy import select

    with asked.instance.private.reading() as session:
        return list(session.scalars(select(asked.part("models").SenderRow.who)))


def test_who_made_a_page_without_a_team_reads_what_is_said_of_it(asked: Asked) -> None:
    from wiki.editing.save import save

    path = "pages/fablabs"
    url = f"/-/feedback/{path}"
    marc = asked.reader("marc")
    save(asked.reader("marc"), path, "# Fablabs\n\n::: retours\n\n:::\n", marc.head, "fablabs")
    form = asked.see("lea", url)
    assert "qui a créé cette page" in form
    asked.send("lea", url, helps="La carte")
    assert "La carte" in asked.see("marc", url)
    lines = asked.part("presenters").waiting_lines(asked.reader("marc"))
    assert any("Fablabs" in one.text for one in lines)
    row = asked.rows()[0]
    asked.see("lea", f"/-/feedback/fate/{row.id}", 404)
    asked.send("marc", f"/-/feedback/fate/{row.id}", fate="kept")
    assert asked.rows()[0].fate == "kept"
    save(asked.reader("lea"), path, "# Fablabs\n\nLéa.\n", asked.reader("lea").head, "léa")
    assert "La carte" not in asked.see("lea", url), "a change makes nobody its maker"
    asked.write({f"{path}.md": "---\neditors: team\n---\n# Fablabs\n"})
    assert "La carte" not in asked.see("marc", url)


def test_a_page_that_is_gone_is_not_read_by_who_has_the_page_above_now(asked: Asked) -> None:
    asked.write({f"{PATH}/suite.md": f"# Suite\n{ASKS}"})
    row = asked.answers("lea", helps="Le plan")
    asked.send("lea", f"{URL}/suite", helps="La suite")
    above = "---\ntype: project\nteam: ['[[personnes/marc]]']\n---\n# Projets\n"
    from wiki.people.accounts import set_page

    set_page(asked.instance.private, asked.people["marc"].id, "personnes/marc", by="test")
    person = "---\ntype: person\n---\n# Marc\n"
    asked.write({f"{PATH}.md": None, "projets.md": above, "personnes/marc.md": person})
    assert asked.reader("marc").may_change_rights(PATH)
    asked.see("marc", URL, 404)
    asked.see("marc", f"/-/feedback/fate/{row.id}", 404)
    assert "Le plan" in asked.see("anne", URL)


def test_a_page_that_asks_waits_for_no_other_page(asked: Asked) -> None:
    """It knows its own sections: what changes elsewhere is not asked about."""
    from wiki.rendering.context import RenderContext
    from wiki.rendering.pipeline import render

    reader = asked.reader()
    document = get_page(reader, PATH).document
    views = dict.fromkeys(("retours",), asked.part("presenters").show_block)
    templates = asked.instance.templates
    made = render(document, RenderContext(PATH, views=views, ask=reader, templates=templates))
    assert f"{URL}?section=budget" in made.html and not made.asked
