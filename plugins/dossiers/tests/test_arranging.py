"""A selection arranged by its form: with others at the same time, and with odd forms."""

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.api.reading import get_page
from wiki.pages.page import Page
from wiki.reading import Reader
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance

AT = "/-/dossiers/selection/dossiers/capteurs"
Part = Callable[[str], Any]


def shown(client: "FlaskClient") -> dict[str, Any]:
    """The form as a browser would send it."""
    html = client.get(AT).get_data(as_text=True)
    return {
        "base": re.findall(r'name="base" value="(.*?)"', html)[0],
        "key": [unescape(one) for one in re.findall(r'name="key" value="(.*?)"', html)],
        "place": re.findall(r'name="place" value="(.*?)"', html),
        "words": [unescape(one) for one in re.findall(r"<textarea[^>]*>\n(.*?)</text", html, re.S)],
    }


def send(client: "FlaskClient", form: dict[str, Any], **button: str) -> Any:
    """Sends the form by one of its buttons."""
    return client.post(AT, data={**form, **button, "csrf_token": token(client, AT)})


def text_of(instance: "Instance") -> str:
    """The text of the dossier."""
    return get_page(Reader(instance, audience=frozenset({"all"})), "dossiers/capteurs").text


def order_of(instance: "Instance") -> list[str]:
    """The projects of its selection."""
    return re.findall(r"- \[\[projets/(\w+)\]\]", text_of(instance))


def test_every_button_keeps_what_was_typed(farm: "Instance", awa: "FlaskClient") -> None:
    form = shown(awa)
    assert form["key"] == ["projets/sol", "projets/eau", "projets/secret", "projets/parti"]
    assert form["words"][0] == "le **premier** à sortir de l’atelier\n\nDeux hivers déjà."
    form["words"][1] = "Une phrase.\r\n\r\n:::\r\nEt la suite."
    made = send(awa, form, down="projets/sol")
    assert (made.status_code, made.location) == (303, f"{AT}#c-projets-sol")
    text = text_of(farm)
    assert "- [[projets/eau]] — Une phrase.\n\n  \\:::\n  Et la suite.\n- [[projets/sol]]" in text
    assert text.index("Deux hivers") < text.index("[[projets/secret]]")
    send(awa, shown(awa), up="projets/sol")
    assert order_of(farm) == ["sol", "eau", "secret", "parti"]
    for _twice in range(2):
        send(awa, shown(awa), remove="projets/parti")
        send(awa, shown(awa), add="projets/air")
    assert order_of(farm) == ["sol", "eau", "secret", "air"]
    before = text_of(farm)
    assert send(awa, shown(awa), save="1").status_code == 303
    assert text_of(farm) == before


def test_a_place_is_a_number(farm: "Instance", awa: "FlaskClient") -> None:
    form = shown(awa)
    form["place"] = ["3", "2", "3", "là"]
    send(awa, form, save="1")
    assert order_of(farm) == ["eau", "secret", "sol", "parti"]


def test_what_is_looked_for_is_found_with_what_was_typed(
    farm: "Instance", awa: "FlaskClient"
) -> None:
    form = shown(awa)
    form["words"][0] = "pas encore gardé"
    before = text_of(farm)
    html = send(awa, form, q="air", find="1").get_data(as_text=True)
    assert "pas encore gardé" in html
    assert 'name="add" value="projets/air"' in html
    assert text_of(farm) == before
    long = {**form, "words": ["x" * 4001, *form["words"][1:]]}
    refused = send(awa, long, save="1")
    assert refused.status_code == 422
    assert "x" * 4001 in refused.get_data(as_text=True)
    assert text_of(farm) == before


def test_what_was_done_is_told_where_one_is_led_to(farm: "Instance", awa: "FlaskClient") -> None:
    made = send(awa, shown(awa), add="projets/air", q="marc")
    assert made.location == f"{AT}?q=marc&at=add#add"
    html = awa.get(made.location).get_data(as_text=True)
    section = html.split('id="add"')[1].split("</section>")[0]
    assert "« Air libre » est dans la sélection." in section.replace("\u00a0", " ")
    assert html.count("est dans la sélection.") == 1
    # What is no project says what it is.
    assert "<span>Personne</span>" in section
    send(awa, shown(awa), remove="projets/air")
    page = {**shown(awa), "csrf_token": token(awa, AT), "add": "projets/air"}
    taken = awa.post(f"{AT}?proposals=1", data=page)
    assert taken.location == f"{AT}?proposals=1&at=proposals#proposals"
    section = awa.get(taken.location).get_data(as_text=True).split('id="proposals"')[1]
    assert "est dans la sélection." in section
    saved = send(awa, shown(awa), remove="projets/air")
    assert "flashes" in awa.get(saved.location).get_data(as_text=True)


def test_two_people_arrange_at_once(farm: "Instance", awa: "FlaskClient") -> None:
    mine, theirs = shown(awa), shown(awa)
    theirs["words"][1] = "leurs mots"
    send(awa, theirs, add="projets/air")
    # What the two changed is not the same: both stand.
    mine["words"][0] = "les miens"
    mine["place"] = ["2", "2", "3", "4"]
    assert send(awa, mine, save="1").status_code == 303
    assert order_of(farm) == ["eau", "sol", "secret", "parti", "air"]
    assert "leurs mots" in text_of(farm)
    assert "les miens" in text_of(farm)
    # The same words, and another order: nothing is written, and all is kept.
    mine, theirs = shown(awa), shown(awa)
    theirs["words"][0] = "encore leurs mots"
    send(awa, theirs, down="projets/eau")
    mine["words"][0] = "toujours les miens"
    before = text_of(farm)
    refused = send(awa, mine, save="1")
    html = unescape(refused.get_data(as_text=True))
    assert refused.status_code == 409
    assert "encore leurs mots" in html
    assert "toujours les miens" in html
    assert text_of(farm) == before
    # Who keeps it again has seen theirs.
    again = re.findall(r'name="base" value="(.*?)"', html)[0]
    assert send(awa, {**mine, "base": again}, save="1").status_code == 303
    assert "toujours les miens" in text_of(farm)


def test_what_others_may_not_read_is_asked_about(
    farm: "Instance", person: Callable[..., Any], log_in: Callable[..., "FlaskClient"]
) -> None:
    anne = log_in(person("Anne", role="admin"))
    send(anne, shown(anne), remove="projets/secret")
    asked = send(anne, shown(anne), add="projets/secret")
    assert asked.status_code == 200
    assert "pas lisible par toutes les personnes" in asked.get_data(as_text=True)
    assert "secret" not in order_of(farm)
    assert send(anne, shown(anne), sure="projets/secret").status_code == 303
    assert order_of(farm)[-1] == "secret"


def test_an_odd_form_writes_nothing(farm: "Instance", awa: "FlaskClient") -> None:
    before = text_of(farm)
    form = shown(awa)
    assert send(awa, {**form, "place": ["1"]}, save="1").status_code == 422
    assert send(awa, {**form, "key": ["projets/sol"] * 4}, save="1").status_code == 422
    assert send(awa, {**form, "key": ["a", "b", "c", "d"]}, up="b").status_code == 409
    assert send(awa, {**form, "base": "f" * 40}, up="projets/eau").status_code == 409
    assert send(awa, form, add="dossiers/capteurs").status_code == 404
    assert send(awa, form, add="projets/rien").status_code == 404
    assert send(awa, form, up="projets/rien").status_code == 303
    assert text_of(farm) == before


def _page(lines: list[tuple[str, str]]) -> Page:
    said = "".join(f"- [[{key}]]{f' — {words}' if words else ''}\n" for key, words in lines)
    return Page("d", "d.md", f"Avant.\n\n::: selection\n{said}:::\n\nAprès.\n")


_KEYS = st.permutations(["a", "b", "c", "d"]).flatmap(
    lambda keys: st.integers(0, 4).map(lambda count: list(keys)[:count])
)
_LINES = _KEYS.flatmap(
    lambda keys: st.tuples(*(st.sampled_from(["", "un", "deux"]) for _key in keys)).map(
        lambda words: list(zip(keys, words, strict=True))
    )
)


@settings(max_examples=60)
@given(base=_LINES, theirs=_LINES, mine=_LINES)
def test_nothing_of_either_side_is_lost(
    plugin_module: Part,
    base: list[tuple[str, str]],
    theirs: list[tuple[str, str]],
    mine: list[tuple[str, str]],
) -> None:
    arranging, model = plugin_module("arrangement"), plugin_module("model")
    was, now = (
        arranging.keyed(model.entries(_page(lines).document.blocks)) for lines in (base, theirs)
    )
    # A form adds no line: it moves, words and removes those that it was shown.
    known = dict(base)
    sent = {key: words for key, words in mine if key in known}
    gone = frozenset(known.keys() - sent.keys())
    order = (*sent, *(key for key in known if key in gone))
    wanted = arranging.Arrangement(order, {**known, **sent}, gone)
    try:
        text = arranging.arranged(_page(theirs).text, was, now, wanted)
    except arranging.Clash as clash:
        assert clash.order or clash.keys <= known.keys()
        return
    made = {
        key: one.words
        for key, one in arranging.keyed(
            model.entries(Page("d", "d.md", text).document.blocks)
        ).items()
    }
    assert made.keys() == dict(theirs).keys() - gone
    for key, words in made.items():
        before, there, asked = known.get(key), dict(theirs)[key], sent.get(key)
        assert words == (there if asked in (None, before) else asked)
        assert before is None or asked in (None, before, words)
    assert text.startswith("Avant.\n\n::: selection\n")
    assert text.endswith(":::\n\nAprès.\n")


@pytest.mark.parametrize(
    ("places", "order"),
    [("1234", "abcd"), ("4234", "bcda"), ("1214", "cabd"), ("2143", "badc"), ("9999", "abcd")],
)
def test_who_stays_makes_room(plugin_module: Part, places: str, order: str) -> None:
    assert "".join(plugin_module("arrangement").placed(tuple("abcd"), tuple(places))) == order


def test_words_between_lines_stay(plugin_module: Part) -> None:
    text = "::: selection\n- [[a]]\n\nMot libre.\n\n- [[b]] — oui\n\n  suite\n- [[c]]\n:::\n"
    page = Page("d", "d.md", text)
    arranging = plugin_module("arrangement")
    now = arranging.keyed(plugin_module("model").entries(page.document.blocks))
    wanted = arranging.Arrangement(("c", "a", "b"), {}, frozenset("a"))
    made = arranging.arranged(text, now, now, wanted)
    assert made == "::: selection\n- [[c]]\n\nMot libre.\n\n- [[b]] — oui\n\n  suite\n:::\n"
