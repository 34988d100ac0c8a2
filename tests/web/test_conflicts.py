"""Two texts of one page, as the page: what is chosen without a script is saved, and no more."""

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.testing import module_wiki, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

PAGE = """---
title: Jardin
place: Rennes
---
# Jardin

## Horaires

Le jardin est ouvert chaque samedi matin.

## Outils

| outil | prix |
|---|---|
| pelle | 10 |
| râteau | 12 |

## Suite

Rien ne change ici, **jamais**.

::: besoins
- [ ] une salle @Rennes
:::
"""


def other(text: str, *, place: str, day: str, price: str, room: str) -> str:
    text = text.replace("place: Rennes", f"place: {place}").replace("samedi matin", day)
    return text.replace("| 10 |", f"| {price} |").replace("une salle", room)


MINE = other(PAGE, place="Dakar", day="mardi midi", price="11", room="une cave")
THEIRS = other(PAGE, place="Brest", day="lundi soir", price="9", room="un hangar")


@pytest.fixture
def awa(
    person: Callable[..., "Person"], log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Awa", role="admin"))


def send(client: "FlaskClient", **fields: str) -> "TestResponse":
    sent = {"csrf_token": token(client, "/-/new"), **fields}
    return client.post("/-/edit/jardin", data=sent, headers={"Accept-Language": "fr"})


def fields_of(page: str) -> dict[str, str]:
    """What the form sends without a script: hidden fields, and what is chosen already."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        kind, name = re.search(r'type="(\w+)"', tag), re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and kind and (kind[1] == "hidden" or " checked" in tag):
            found[name[1]] = html.unescape(value[1] if value else "")
    return found


def met(
    write: Callable[..., str], awa: "FlaskClient", mine: str = MINE
) -> tuple[str, dict[str, str]]:
    base = write({"jardin.md": PAGE})
    write({"jardin.md": THEIRS})
    answer = send(awa, text=mine, base=base)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main>")]
    return main, {key: value for key, value in fields_of(main).items() if key != "csrf_token"}


def text_of(client: "FlaskClient") -> str:
    return client.get("/jardin.md").get_data(as_text=True)


def test_both_sides_are_shown_as_the_page_would_show_them(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    page, sent = met(write, awa)
    bare = re.sub(r'<span class="sr-only">.*?</span>', "", page)
    assert "<del>samedi matin</del><ins>mardi midi</ins>" in bare
    assert "<td><del>10</del><ins>9</ins></td>" in bare
    assert "<dt>Lieu</dt><dd>Dakar</dd>" in page and "<dt>Lieu</dt><dd>Brest</dd>" in page
    # No Markdown, but in the fields where one writes.
    shown = re.sub(r"<textarea.*?</textarea>|<input[^>]*>", "", page, flags=re.S)
    assert "|---|" not in shown and ":::" not in shown and "**" not in shown
    assert 'role="group" aria-label="Tableau"' in shown and "<strong>jamais</strong>" in shown
    assert page.count("<fieldset") == 4 == sum(key.startswith("choice-") for key in sent)


def test_each_place_is_as_it_was_chosen_and_the_rest_as_it_was(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    _page, sent = met(write, awa)
    chosen = {"choice-0": "theirs", "choice-1": "both", "choice-2": "mine", "choice-3": "own"}
    own = "- [ ] un abri @Rennes\r\n"
    assert send(awa, **sent | chosen | {"own-3": own}, then="save").status_code == 303
    saved = re.sub(r" \{#b-\w+\}", "", text_of(awa))
    expected = other(PAGE, place="Brest", day="mardi midi", price="11", room="un abri")
    both = "mardi midi.\n\nLe jardin est ouvert chaque lundi soir."
    assert saved == expected.replace("mardi midi.", both)


def test_what_was_chosen_can_be_written_on_and_is_not_saved_yet(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    _page, sent = met(write, awa)
    before = text_of(awa)
    answer = send(awa, **sent | {"choice-1": "mine"}, then="write")
    assert answer.status_code == 200 and text_of(awa) == before
    page = html.unescape(answer.get_data(as_text=True))
    assert "ouvert chaque mardi midi.\n" in page and f'name="base" value="{sent["base"]}"' in page


def test_who_saves_once_more_in_between_is_not_overwritten(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    _page, sent = met(write, awa)
    write({"jardin.md": THEIRS.replace("lundi soir", "jeudi")})
    answer = send(awa, **sent | {"choice-1": "mine"}, then="save")
    assert answer.status_code == 409 and "jeudi" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "pieces", ["", "[", "[[1]]", '[["a"]]', "[" * 5000, "{}", '[[["a"],["b"],["c"]]]']
)
def test_a_form_that_was_cut_short_says_so(
    write: Callable[..., str], awa: "FlaskClient", pieces: str
) -> None:
    base = write({"jardin.md": PAGE})
    answer = send(awa, pieces=pieces, base=base, then="save")
    if pieces not in ('[["a"]]', "{}"):
        assert answer.status_code in (400, 422), answer.status_code
        assert "incomplet" in answer.get_data(as_text=True)
    assert answer.status_code < 500


def test_long_texts_are_shown_as_they_are_written(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    long = PAGE + "\nUn mot de plus, et encore un. " * 10_000
    base = write({"jardin.md": long})
    write({"jardin.md": long.replace("samedi", "lundi")})
    answer = send(awa, text=long.replace("samedi", "mardi"), base=base)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "<ins>mardi</ins>" in page


def test_many_places_of_one_long_block_make_no_endless_page(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    def needs(word: str) -> str:
        return "".join(f"- [ ] besoin {number} {word}\n" for number in range(1000))

    def text(word: str) -> str:
        return f"::: besoins\n{needs(word)}:::\n"

    base = write({"jardin.md": text("ancien")})
    write({"jardin.md": text("voisin")})
    answer = send(awa, text=text("cousin"), base=base)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and page.count("<fieldset") == 60
    assert len(page) < 3_000_000
    last = page[page.rindex("<fieldset") :]
    assert "cousin" in last and "voisin" in last and "<ins>" in last
