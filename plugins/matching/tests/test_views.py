"""Panels, “for you”, “not for me” and suggestions, over HTTP."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import get_page
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

LogIn = Callable[["Person"], "FlaskClient"]


@pytest.fixture(autouse=True)
def _wiki(farm: "Instance") -> None:
    pass


def text(client: "FlaskClient", url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.get_data(as_text=True)


def test_a_need_shows_who_could_help_and_why(client: "FlaskClient") -> None:
    html = text(client, "/-/needs/b-bbbbbbbb")
    assert "/-/offers/o-aaaaaaaa" in html
    assert "capteurs" in html
    assert "LoRa" in html and "objets connectés" in html
    assert "Bretagne" in html
    assert "o-cccccccc" not in html


def test_no_score_is_shown(client: "FlaskClient") -> None:
    import re

    html = text(client, "/-/needs/b-bbbbbbbb")
    panel = html[html.index('id="fits-title"') :]
    assert not re.search(r"\d+[.,]\d\d", panel[: panel.index("</section>")])


def test_an_offer_shows_the_needs_that_concern_it(client: "FlaskClient") -> None:
    assert "/-/needs/b-aaaaaaaa" in text(client, "/-/offers/o-bbbbbbbb")
    assert "fits-title" not in text(client, "/-/offers/o-cccccccc")


def test_a_need_for_money_gets_the_page_about_it(client: "FlaskClient") -> None:
    html = text(client, "/-/needs/b-cccccccc")
    assert 'href="/financements"' in html
    assert "fits-title" not in html


def test_what_is_restricted_shows_to_its_readers_only(
    client: "FlaskClient", person: "Callable[..., Person]", log_in: LogIn
) -> None:
    assert "o-dddddddd" not in text(client, "/-/needs/b-aaaaaaaa")
    assert "Zoé" not in text(client, "/-/needs/b-aaaaaaaa")
    member = log_in(person("Awa"))
    assert "o-dddddddd" in text(member, "/-/needs/b-aaaaaaaa")
    pair = "/-/matching/decline?need=b-aaaaaaaa&offer=o-dddddddd"
    assert member.get(pair).status_code == 200
    reader = log_in(person("Léo", "reader"))
    assert reader.get(pair).status_code in (200, 404)
    assert client.get(pair).status_code in (302, 303, 401)


def test_for_me_lists_the_needs_that_my_page_fits(
    client: "FlaskClient", person: "Callable[..., Person]", log_in: LogIn
) -> None:
    assert client.get("/-/matching").status_code in (302, 303, 401)
    marc = log_in(person("Marc", page="personnes/marc"))
    assert "b-aaaaaaaa" in text(marc, "/-/matching")
    assert "1 " in text(marc, "/-/account") and "/-/matching" in text(marc, "/-/account")


def test_not_for_me_hides_the_pair_for_me_alone(
    client: "FlaskClient", person: "Callable[..., Person]", log_in: LogIn
) -> None:
    marc = log_in(person("Marc", page="personnes/marc"))
    url = "/-/matching/decline?need=b-aaaaaaaa&offer=o-bbbbbbbb"
    form: dict[str, Any] = {"need": "b-aaaaaaaa", "offer": "o-bbbbbbbb", "reason": "time"}
    assert marc.post("/-/matching/decline", data=form).status_code == 400
    form["csrf_token"] = token(marc, url)
    assert marc.post("/-/matching/decline", data={**form, "reason": "?"}).status_code == 422
    for _ in range(2):
        assert marc.post("/-/matching/decline", data=form).status_code == 303
    assert "b-aaaaaaaa" not in text(marc, "/-/matching")
    assert "o-bbbbbbbb" in text(client, "/-/needs/b-aaaaaaaa")


def test_a_word_in_another_sense_becomes_a_proposed_edit(
    person: "Callable[..., Person]", log_in: LogIn, farm: "Instance"
) -> None:
    from wiki.editing.review import proposals as proposing
    from wiki.people.review import proposals
    from wiki.reading import Reader

    marc = person("Marc", page="personnes/marc")
    client = log_in(marc)
    url = "/-/matching/decline?need=b-aaaaaaaa&offer=o-bbbbbbbb"
    form = {
        "need": "b-aaaaaaaa",
        "offer": "o-bbbbbbbb",
        "reason": "word",
        "words": "juriste|avocat",
        "csrf_token": token(client, url),
    }
    assert client.post("/-/matching/decline", data={**form, "words": ""}).status_code == 422
    assert client.post("/-/matching/decline", data=form).status_code == 303
    (one,) = proposals.proposals_of(farm.private, marc.id)
    held = proposing.find(farm, one.id)
    assert held is not None and held.path == "thesaurus"
    assert "- juriste\n" in held.text and "avocat" not in held.text
    assert "juriste = avocat" in get_page(Reader(farm), "thesaurus").text
    # Whoever looks after the page reads it over, and accepts it.
    anne = log_in(person("Anne", "admin"))
    url = f"/-/moderation/proposal/{one.id}"
    assert "/-/moderation" in text(anne, "/-/account")
    card = text(anne, url)
    assert "avocat" in card
    seen = card.split('name="seen" value="')[1].split('"')[0]
    sent = {"csrf_token": token(anne, url), "action": "accept", "seen": seen}
    assert anne.post(url, data=sent).status_code == 303
    page = get_page(Reader(farm), "thesaurus").text
    assert "- juriste\n" in page and "avocat" not in page


def test_a_suggestion_is_accepted_with_one_tap(
    person: "Callable[..., Person]", log_in: LogIn, write: Callable[..., str], farm: "Instance",
    plugin_module: Callable[[str], Any], client: "FlaskClient",
) -> None:  # fmt: skip
    from wiki.reading import Reader

    lines = "\n".join(f"- Aide {n} #ruche #abeilles {{#o-7777777{n}}}" for n in range(4))
    write({"miel.md": f"::: offres\n{lines}\n\n:::\n"})
    hidden = "\n".join(f"- Aide {n} #secret #caché {{#o-6666666{n}}}" for n in range(4))
    write({"clos.md": f"---\nvisibility: members\n---\n::: offres\n{hidden}\n\n:::\n"})
    write({"thesaurus.md": WORDS_AGAIN})
    plugin_module("pairs").pair_all(farm)
    assert "ruche" not in text(client, "/-/thesaurus")
    editor = log_in(person("Awa"))
    html = text(editor, "/-/thesaurus")
    assert "ruche" in html and "secret" not in html
    form = {"one": "ruche", "other": "abeilles", "csrf_token": token(editor, "/-/thesaurus")}
    for _ in range(2):
        assert editor.post("/-/thesaurus", data=form).status_code == 303
    assert get_page(Reader(farm), "thesaurus").text.count("ruche = abeilles") == 1


def test_words_that_keep_the_same_company_are_suggested_with_it(
    person: "Callable[..., Person]", log_in: LogIn, write: Callable[..., str], farm: "Instance",
    plugin_module: Callable[[str], Any],
) -> None:  # fmt: skip
    lines = [f"- Aide {n} #potager #compost #semis #serfouette" for n in range(3)]
    lines += [f"- Aide {n} #jardinage #compost #semis #serfouette" for n in range(3, 6)]
    lines += [f"- Aide {n} #vidéo #montage" for n in range(6, 9)]
    numbered = "\n".join(f"{line} {{#o-7777777{n}}}" for n, line in enumerate(lines))
    write({"mains.md": f"::: offres\n{numbered}\n\n:::\n", "thesaurus.md": WORDS_AGAIN})
    plugin_module("pairs").pair_all(farm)
    html = text(log_in(person("Awa")), "/-/thesaurus")
    assert "jardinage = potager" in html
    why = html.partition("jardinage = potager")[2].partition("</article>")[0]
    assert "compost" in why and "semis" in why and "serfouette" in why
    # What stands beside other words is no name of it.
    assert "vidéo = potager" not in html and "potager = vidéo" not in html


def test_a_suggestion_of_two_things_is_put_away_for_all(
    person: "Callable[..., Person]", log_in: LogIn, write: Callable[..., str], farm: "Instance",
    plugin_module: Callable[[str], Any], client: "FlaskClient",
) -> None:  # fmt: skip
    from wiki.reading import Reader

    lines = "\n".join(f"- Aide {n} #ruche #abeilles {{#o-7777777{n}}}" for n in range(4))
    write({"miel.md": f"::: offres\n{lines}\n\n:::\n", "thesaurus.md": WORDS_AGAIN})
    skills = "skills: [docker, kubernetes]"
    for n in range(4):
        write({f"personnes/d{n}.md": f"---\ntype: person\n{skills}\n---\n# D{n}\n"})
    plugin_module("pairs").pair_all(farm)
    awa, zoe = log_in(person("Awa")), log_in(person("Zoé"))
    html = text(awa, "/-/thesaurus")
    assert "ruche" in html and "docker" not in html, "skills are different things"
    form = {"one": "abeille", "other": "ruches", "what": "apart"}
    reader = log_in(person("Léo", "reader"))
    sent = {**form, "csrf_token": token(reader, "/-/account")}
    assert reader.post("/-/thesaurus", data=sent).status_code == 403
    assert "ruche" in text(zoe, "/-/thesaurus")
    sent = {**form, "csrf_token": token(awa, "/-/thesaurus")}
    for bad in ("", "x" * 5000):
        assert awa.post("/-/thesaurus", data={**sent, "one": bad}).status_code == 303
    for _ in range(2):
        assert awa.post("/-/thesaurus", data=sent).status_code == 303
    assert "ruche" not in text(zoe, "/-/thesaurus")
    assert get_page(Reader(farm), "thesaurus").text == WORDS_AGAIN


def test_a_need_that_concerns_me_is_answered_from_the_list(
    client: "FlaskClient", person: "Callable[..., Person]", log_in: LogIn
) -> None:
    marc = log_in(person("Marc", page="personnes/marc"))
    assert 'href="/-/introductions/answer/b-aaaaaaaa"' in text(marc, "/-/matching")


def test_search_says_which_words_it_took_too(client: "FlaskClient") -> None:
    html = text(client, "/-/search?q=avocat&lang=fr")
    assert "aussi\u00a0: juriste" in html and "b-aaaaaaaa" in html
    assert "aussi\u00a0:" not in text(client, "/-/search?q=violon&lang=fr")


def test_a_length_of_time_is_no_reason(plugin_module: Callable[[str], Any]) -> None:
    texts, reasons = plugin_module("texts"), plugin_module("reasons")
    need = texts.Text("b-1", "need", "Cuisine trois mois, deux heures par semaine")
    offer = texts.Text("o-1", "offer", "Deux heures par mois, une semaine de cuisine")
    assert reasons.reasons_for(need, offer, plugin_module("thesaurus").Thesaurus()).shared == (
        "cuisine",
    )


WORDS_AGAIN = "# Thésaurus\n\n- objets connectés = IoT\n"
