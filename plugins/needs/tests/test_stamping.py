"""Identities: added, never anything else; a copy gets one of its own."""

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.api.reading import get_page
from wiki.api.reading.html import list_problems
from wiki.api.reading.item_rows import get_item
from wiki.pages.page import Page

if TYPE_CHECKING:
    from wiki.instance import Instance

_IDENTITY = re.compile(r" ?\{#[bo]-[0-9a-z]{8}\}")


@cache
def _stamping() -> Any:
    from wiki.plugins import load_plugins

    load_plugins()
    return import_module("wiki_plugins.needs.identities")


def stamped(text: str, owner: Callable[[str], str | None] = lambda _: None) -> str | None:
    return _stamping().stamped(Page("p", "p.md", text), owner)  # type: ignore[no-any-return]


def identities(text: str) -> list[str | None]:
    return [
        item.identity for block in Page("p", "p.md", text).document.blocks for item in block.items
    ]


def test_what_misses_one_gets_one() -> None:
    text = stamped("::: besoins\n- un avis #radio\n  suite\n- [x] trouvé {#b-aaaaaaaa}\n\n:::\n")
    assert text is not None
    first, second = identities(text)
    assert first and first.startswith("b-")
    assert second == "b-aaaaaaaa"
    assert re.search(r"- un avis #radio \{#b-\w{8}\}\n  suite\n", text)


def test_offers_have_a_prefix_of_their_own() -> None:
    [identity] = identities(stamped("::: offers\n- une heure\n\n:::\n") or "")
    assert identity and identity.startswith("o-")


@pytest.mark.parametrize(
    "text",
    [
        "rien du tout",
        "- une liste\n- sans bloc",
        "::: besoins theme:iot\n- dans une liste demandée\n\n:::\n",
        "::: besoins\n- complet {#b-aaaaaaaa}\n\n:::\n",
        "::: besoins\n- [ ] \n-\n\n:::\n",
        "::: historique\n- 2026-01-01 idée\n\n:::\n",
        "```\n::: besoins\n- du code\n\n:::\n```\n",
        "::: besoins\r\n- venu sans passer par une porte\r\n\r\n:::\r\n",
    ],
)
def test_what_misses_none_is_left_alone(text: str) -> None:
    assert stamped(text) is None


def test_a_copy_of_another_page_gets_a_new_one_and_keeps_its_words() -> None:
    owner = {"b-aaaaaaaa": "ailleurs", "b-bbbbbbbb": "p"}.get
    text = stamped("::: besoins\n- copie {#b-aaaaaaaa}\n- la mienne {#b-bbbbbbbb}\n\n:::\n", owner)
    assert text is not None
    copy, mine = identities(text)
    assert copy not in (None, "b-aaaaaaaa")
    assert mine == "b-bbbbbbbb"
    assert _IDENTITY.sub("", text) == "::: besoins\n- copie\n- la mienne\n\n:::\n"


def test_twice_on_one_page_the_later_gets_a_new_one() -> None:
    text = stamped("::: besoins\n- un {#b-aaaaaaaa}\n- deux {#b-aaaaaaaa}\n\n:::\n")
    first, second = identities(text or "")
    assert first == "b-aaaaaaaa"
    assert second not in (None, "b-aaaaaaaa")


def test_a_new_one_is_nobody_s() -> None:
    drawn = iter(["b-aaaaaaaa", "b-bbbbbbbb", "b-cccccccc", "b-cccccccc", "b-dddddddd"])
    page = Page("p", "p.md", "::: besoins\n- un\n- deux {#b-bbbbbbbb}\n- trois\n\n:::\n")
    owner = {"b-aaaaaaaa": "ailleurs", "b-bbbbbbbb": "p"}.get
    text = _stamping().stamped(page, owner, lambda _prefix: next(drawn))
    assert identities(text) == ["b-cccccccc", "b-bbbbbbbb", "b-dddddddd"]


_line = st.sampled_from(
    [
        *("::: besoins", "::: offres", ":::: needs", ":::", "::::", "", "", "texte", "# titre"),
        *("- un avis", "- [x] fait #rgpd", "* autre", "1. premier", "  - dessous", "  suite"),
        *(
            "- ",
            "-",
            "- - double",
            "- # titre",
            "- ```",
            "```",
            "> - cité",
            "- `code",
            "    - loin",
        ),
        *("- dur\\", "- lien [a](b", "- fin  ", "- <b>", "---", "===", "- a | b", "| - | - |"),
        *("- connu {#b-aaaaaaaa}", "- faux {#b-aa}", "- {#b-bbbbbbbb}", "- [ ] {#b-cccccccc}"),
    ]
)


@settings(max_examples=70)
@given(st.lists(_line | st.text(max_size=12), max_size=14).map("\n".join))
def test_stamping_only_adds(text: str) -> None:
    owners = {"b-aaaaaaaa": "p", "b-bbbbbbbb": "p", "b-cccccccc": "p"}
    done = stamped(text, owners.get)
    if done is None:
        return
    # Without identities both are the same text, to the character.
    assert _IDENTITY.sub("", done) == _IDENTITY.sub("", text)
    known = [one for one in identities(done) if one]
    assert len(known) == len(set(known))
    # Once stamped, there is no more to do.
    assert stamped(done, owners.get) is None


def test_saving_gives_identities_and_a_copy_gets_its_own(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Any]
) -> None:
    from wiki.editing.save import save
    from wiki.reading import Reader

    text = "::: besoins\n- un avis {#b-aaaaaaaa}\n\n:::\n"
    write({"a.md": text})
    reader = Reader(instance, person("Awa"))
    save(reader, "b", text + "\n::: offres\n- une heure\n\n:::\n", reader.head)
    reader = reader.renewed()
    copy, offer = identities(get_page(reader, "b").text)
    assert copy not in (None, "b-aaaaaaaa")
    assert offer and get_item(reader, offer) is not None
    held = get_item(reader, "b-aaaaaaaa")
    assert held is not None and held.path == "a"


def test_copies_and_empty_lines_are_told(instance: "Instance", write: Callable[..., str]) -> None:
    from wiki.reading import Reader

    write({"a.md": "::: besoins\n- un avis {#b-aaaaaaaa}\n\n:::\n"})
    twice = "- un {#b-bbbbbbbb}\n- deux {#b-bbbbbbbb}\n- [ ]\n"
    write({"z.md": f"::: besoins\n- copie {{#b-aaaaaaaa}}\n{twice}\n:::\n"})
    reader = Reader(instance, audience=frozenset({"all"}))
    told = {(one.line, one.kind) for one in list_problems(reader, get_page(reader, "z"))}
    assert told == {(1, "identity-copied"), (3, "identity-twice"), (4, "empty-item")}
    assert not list_problems(reader, get_page(reader, "a"))
