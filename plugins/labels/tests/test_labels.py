"""A label as its team, those who organise, and everybody else get it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from wiki.api.reading import get_page
from wiki.people.privacy.erasure import erase
from wiki.web.page.context import context_of

from .conftest import EVENT, PROJECT, Evening, event, project


def words(svg: str) -> str:
    return " ".join("".join(etree.fromstring(svg.encode()).itertext()).split())


def test_a_team_takes_the_label_and_everybody_reads_it(place: Evening) -> None:
    offer = place.see("lea", f"/-/labels/{PROJECT}")
    assert "Prendre le label" in offer
    assert "<textarea" not in offer
    token = place.take()
    assert place.holds(token)
    text = place.see("lea", f"/-/labels/{PROJECT}?size=large&look=dark&spoken=en")
    assert f"/-/labels/badge/{token}.svg?size=large&amp;look=dark&amp;lang=en" in text
    assert "&lt;a href=&#34;" in text
    svg = place.badge(token).get_data(as_text=True)
    assert "LoRa à la ferme" in words(svg)
    assert "18 mars 2027" in words(svg)
    assert "March 18, 2027" in words(place.badge(token, "?lang=en").get_data(as_text=True))
    proof = place.see("", f"/-/labels/proof/{token}")
    for said in (f"/{PROJECT}", f"/{EVENT}", "Médiathèque", "18 mars 2027", "/personnes/awa"):
        assert said in proof, said
    assert "noindex" not in proof
    assert "ni un prix" in proof


def test_its_headers_let_it_stand_anywhere_and_know_nobody(place: Evening) -> None:
    token = place.take()
    answer = place.client("lea").get(f"/-/labels/badge/{token}.svg")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data == place.badge(token).data
    same = place.client().get(
        f"/-/labels/badge/{token}.svg", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert same.status_code == 304
    assert "Access-Control-Allow-Origin" not in answer.headers
    proof = place.client().get(f"/-/labels/proof/{token}")
    assert "frame-ancestors 'none'" in proof.headers["Content-Security-Policy"]
    assert proof.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_only_the_team_takes_it_and_twice_is_once(place: Evening) -> None:
    url = f"/-/labels/{PROJECT}"
    place.see("", url, 302)
    place.send("marc", url, 403, action="accept", path=EVENT)
    place.send("awa", url, 403, action="accept", path=EVENT)
    assert place.take() == place.take()
    assert len(place.part("store").of_project(place.instance, PROJECT)) == 1


def test_none_before_the_evening_is_over_nor_elsewhere(place: Evening) -> None:
    assert place.take(404, event="evenements/nulle-part") == ""
    assert place.take(404, project="projets/autre") == ""
    place.write({f"{EVENT}.md": event(starts="2027-03-20T18:30", ends="")})
    assert place.take(404) == ""
    place.write({f"{EVENT}.md": event(cancelled="true")})
    assert place.take(404) == ""
    place.write({f"{EVENT}.md": event(visibility="members")})
    assert place.take(404) == ""
    place.write({f"{EVENT}.md": event(), f"{PROJECT}.md": project(head="visibility: members\n")})
    assert place.take(404) == ""


def test_those_who_organise_take_it_back_and_only_they_give_it_back(place: Evening) -> None:
    token, url = place.take(), f"/-/labels/given/{EVENT}"
    row = place.part("store").of_event(place.instance, EVENT)[0]
    place.see("lea", url, 403)
    wrong = place.send("awa", url, 422, action="withdraw", id=row.id, reason=" ")
    assert "Dites pourquoi" in wrong
    place.send("awa", url, action="withdraw", id=row.id, reason="Ce n’est plus le même.")
    assert not place.holds(token)
    listed = place.see("awa", url)
    assert "<span>Awa</span>" in listed
    gone = place.see("", f"/-/labels/proof/{token}")
    for secret in ("plus le même", "LoRa", "printemps"):
        assert secret not in gone
        assert secret not in place.badge(token).get_data(as_text=True)
    assert "n’est plus valable" in gone
    assert place.badge(token).headers["Cache-Control"] == "public, max-age=300"
    assert "plus le même" in place.see("lea", f"/-/labels/{PROJECT}")
    refused = place.send("lea", f"/-/labels/{PROJECT}", 422, action="accept", path=EVENT)
    assert "écrivez-lui" in refused
    place.send("lea", f"/-/labels/{PROJECT}", action="leave", id=row.id)
    assert not place.holds(token)
    place.send("awa", url, action="again", id=row.id)
    assert place.holds(token)


def test_the_team_gives_it_up_and_takes_it_again(place: Evening) -> None:
    token = place.take()
    row = place.part("store").of_event(place.instance, EVENT)[0]
    for _twice in range(2):
        place.send("lea", f"/-/labels/{PROJECT}", action="leave", id=row.id)
        assert not place.holds(token)
    assert place.take() == token
    assert place.holds(token)


def test_it_follows_pages_that_move(place: Evening) -> None:
    from wiki.editing.move import move

    token = place.take()
    move(place.reader("lea"), PROJECT, "projets/lora-2")
    assert place.holds(token)
    move(place.reader("awa"), EVENT, "evenements/mars-2027")
    assert place.holds(token)


def test_another_page_at_the_address_that_it_had_has_none(place: Evening) -> None:
    token = place.take()
    place.write({f"{PROJECT}.md": None, "projets/ailleurs.md": project()})
    assert not place.holds(token)
    place.write({f"{PROJECT}.md": project("Tout autre chose")})
    assert not place.holds(token)


def test_a_page_written_anew_at_the_address_has_none(place: Evening) -> None:
    """Neither the project's nor the event's: who makes a page there was not shown that evening."""
    token = place.take()
    place.write({f"{PROJECT}.md": None})
    place.write({f"{PROJECT}.md": project("Tout autre chose")})
    assert not place.holds(token)
    assert place.part("store").of_project(place.instance, PROJECT) == []
    place.write({f"{PROJECT}.md": None})
    place.write({f"{PROJECT}.md": project()})
    assert place.holds(token), "as it was, it is the same"
    place.write({f"{EVENT}.md": None})
    place.write({f"{EVENT}.md": event(title="Un autre soir")})
    assert not place.holds(token)
    assert place.part("store").of_event(place.instance, EVENT) == []


def test_a_label_taken_back_is_not_had_by_writing_the_page_anew(place: Evening) -> None:
    place.take()
    (row,) = place.part("store").of_project(place.instance, PROJECT)
    given = {"action": "withdraw", "id": row.id, "reason": "Pour eux seuls"}
    place.send("awa", f"/-/labels/given/{EVENT}", **given)
    place.write({f"{PROJECT}.md": None})
    place.write({f"{PROJECT}.md": project("Écrit à neuf")})
    url = f"/-/labels/{PROJECT}"
    told = place.send("lea", url, 422, action="accept", path=EVENT)
    assert "écrivez-lui" in told
    assert "Pour eux seuls" not in told, "it was written to those of the other page"
    place.send("awa", f"/-/labels/given/{EVENT}", action="again", id=row.id)
    assert place.holds(place.take())


def test_an_erased_account_leaves_the_label_without_its_name(place: Evening) -> None:
    from wiki.people.accounts import add_person

    token = place.take()
    other = add_person(place.instance.private, email="zoe@example.org", name="Zoé")
    with place.instance.private.session() as session:
        row = session.get(
            place.part("models").LabelRow,
            place.part("store").of_project(place.instance, PROJECT)[0].id,
        )
        assert row is not None
        row.taken_by = other.id
    erase(place.instance.private, other.id)
    row = place.part("store").of_project(place.instance, PROJECT)[0]
    assert row.taken_by is None
    assert place.holds(token)


def test_who_prepares_and_who_owns_are_told(place: Evening) -> None:
    from wiki.pages.page import Page
    from wiki.reading.events import event_of

    steps = place.part("panels")
    lea, awa = place.reader("lea"), place.reader("awa")
    page = get_page(lea, PROJECT)
    assert isinstance(page, Page)
    assert [one.url for one in steps.next_steps(context_of(lea, page, may_edit=True))] == [
        f"/-/labels/{PROJECT}"
    ]
    found = event_of(awa, EVENT)
    assert found is not None
    assert steps.event_steps(found, awa)[0].words == "0 sur 1 l’a pris"
    place.take()
    assert steps.next_steps(context_of(lea, page, may_edit=True)) == []
    assert steps.event_steps(found, awa)[0].words == "1 sur 1 l’a pris"


@pytest.mark.parametrize("token", ["x", "x.y", "aaaaaaaaaaaa", "é" * 30, "a" * 500, ".", "%00"])
def test_words_that_are_no_token_are_no_page(place: Evening, token: str) -> None:
    assert place.badge(token).status_code == 404
    place.see("", f"/-/labels/proof/{token}", 404)


ANY = st.text(st.characters(codec="utf-8"), max_size=120)


@given(title=ANY, line=ANY, size=st.sampled_from(("small", "medium", "large")), grey=st.booleans())
def test_any_words_make_a_picture_that_holds_them(
    plugin_module: Any, title: str, line: str, size: str, grey: bool
) -> None:
    drawing = plugin_module("svg")
    look = drawing.Look(size, "dark", "fr")
    made = drawing.draw(
        title, [drawing.Line(line, 11), drawing.Line(title, 15, True)], look, grey=grey
    )
    root = etree.fromstring(made.svg.encode())
    assert float(root.attrib["width"]) == made.width
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert float(text.attrib["x"]) + float(text.attrib["textLength"]) <= made.width
        assert 0 < float(text.attrib["y"]) <= made.height
    assert not re.search(r"url\(|xlink|<script|<style|@import", made.svg.split("</title>")[1])


def test_its_colours_can_be_read(plugin_module: Any) -> None:
    drawing = plugin_module("svg")
    for each in (*drawing.COLOURS.values(), *drawing.GREY.values()):
        for words_in in (each.words, each.quiet):
            assert contrast(words_in, each.ground) >= 4.5
        assert contrast(each.edge, each.ground) >= 2.5


def contrast(one: str, other: str) -> float:
    """As WCAG 2 works it out."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
