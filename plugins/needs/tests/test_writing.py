"""A form becomes lines, the lines become the form again, and nothing else of the page changes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wiki.errors import BadField, NotFound
from wiki.pages.document import read_document
from wiki.testing import ended_by

Part = Callable[[str], Any]
NEW = "b-newnewne"
_sign = st.sampled_from([*" \t`*_[](){}#@!<>&|~\\:;.-+=\"'’/^$%éœ€0a1b", "[[", "]]", ":::", "- "])
_typed = st.one_of(
    st.sampled_from(
        [
            *(
                "Un expert LoRaWAN pour relire l'architecture",
                "Un lieu @Bretagne #essai",
                "2027-01-01",
            ),
            *("C# et F#", "[x] déjà", "avant:2027-01-01 un avis", "un #mot au milieu", "fin\\"),
            *("un avis {#b-aaaaaaaa}", "`code #non`", "[[personnes/marc]]", "50 % ; 3 * 4 * 5"),
        ]
    ),
    st.lists(_sign | st.characters(codec="utf-8"), max_size=25).map("".join),
)
_details = st.one_of(
    st.just(""),
    _typed,
    st.lists(
        st.sampled_from(
            [
                *("Le relevé est prêt.", "", "  décalé", "- une liste", "1. numérotée", "# titre"),
                *(
                    "```",
                    "::: besoins",
                    ":::",
                    "- [ ] autre {#b-aaaaaaaa}",
                    "> cité",
                    "    code",
                    "---",
                ),
            ]
        )
        | _typed,
        max_size=5,
    ).map("\n".join),
)
_form = st.fixed_dictionaries(
    {
        "what": _typed,
        "details": _details,
        "keywords": _typed,
        "places": _typed,
        "before": st.sampled_from(["", "2027-03-01"]),
        "availability": st.sampled_from(["", "0", "1", "2", "3", "4", "12"]),
    }
)
_page_line = st.sampled_from(
    [
        *(
            "::: besoins",
            "::: offres",
            ":::: note",
            ":::",
            "::::",
            "",
            "",
            "texte",
            "# titre",
            "---",
        ),
        *("- un avis {#b-aaaaaaaa}", "- [x] fait #rgpd {#b-bbbbbbbb}", "* autre {#b-cccccccc}"),
        *("1. premier {#b-dddddddd}", "  - dessous", "  suite", "> - cité {#b-eeeeeeee}", "```"),
        *("::: besoins theme:iot", "- fin\\", "  vu:2026-01-01", "[a]: /b", "| a |", "    code"),
    ]
)
_page = st.lists(_page_line | st.text(max_size=10), max_size=14).map("\n".join)


@settings(max_examples=70, deadline=None)
@given(_page, _form, st.sampled_from(["fr", "en"]))
def test_a_form_is_written_and_read_as_the_same_form(
    plugin_module: Part, page: str, form: Any, lang: str
) -> None:
    fields, writing, kind = (
        plugin_module("fields"),
        plugin_module("text"),
        plugin_module("model").NEED,
    )
    assume("\r" not in page)
    try:
        asked = fields.typed(kind, **form)
        text = writing.with_item(page, kind, asked, NEW, lang)
    except BadField:
        return
    item, found = writing.item_in(text, NEW)
    assert found is kind
    assert fields.fields_of(item) == asked
    # Taken out again, the page is what it was, but for the block that was made for it.
    before, after = page.split("\n"), text.split("\n")
    added = [line for line in after if line.strip()]
    for line in before:
        if line.strip():
            added.remove(line)
    details = asked.details.split("\n")
    assert all(NEW in line or line.strip(" >") or line.strip() in details for line in added)
    kept = [line for line in after[: item.line] if line.strip()]
    assert kept == [line for line in before if line.strip()][: len(kept)] or ":::" in kept[-1]
    # The same form, sent again for the item, changes nothing.
    assert writing.with_fields(text, NEW, asked, lang) == text


_own = st.sampled_from(
    [
        "- [ ] un avis *sûr* #radio pour lundi {#b-ffffffff}",
        "1. [x] fait\n   en deux lignes vu:2026-01-01",
        "* 2026-01-01 autre {#b-ffffffff}\n\n  Dessous.\n  - liste",
        "> - cité {#b-ffffffff}",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(_page, _own, _page).map(
        lambda one: f"{one[0]}\n\n::: besoins\n{one[1]}\n\n:::\n{one[2]}"
    ),
    _form,
)
def test_a_changed_item_leaves_the_rest_to_the_letter(
    plugin_module: Part, page: str, form: Any
) -> None:
    fields, writing, model = plugin_module("fields"), plugin_module("text"), plugin_module("model")
    assume("\r" not in page)
    items = [
        item
        for block, kind in model.defining(read_document(page).blocks)
        for item in block.items
        if item.identity and page.count(item.identity) == 1
    ]
    assume(items)
    item = items[0]
    try:
        asked = fields.typed(writing.item_in(page, item.identity)[1], **form)
        text = writing.with_fields(page, item.identity, asked)
    except BadField:
        return
    lines, end = page.split("\n"), item.line + len(item.source.split("\n"))
    changed = text.split("\n")
    assert changed[: item.line] == lines[: item.line]
    tail = lines[end:]
    assert changed[len(changed) - len(tail) :] == tail
    assert fields.fields_of(writing.item_in(text, item.identity)[0]) == asked


PAGE = (
    "# Ici\n\n::: besoins\n- [ ] un avis *sûr* #radio pour lundi {#b-aaaaaaaa}\n\n  Prêt.\n\n:::\n"
    "\nFin.\n"
)


def test_what_is_typed_becomes_a_clean_line(plugin_module: Part) -> None:
    fields, writing, model = plugin_module("fields"), plugin_module("text"), plugin_module("model")
    asked = fields.typed(
        model.OFFER,
        what="  Relire un schéma\nradio  ",
        keywords="#LoRa, objets connectés",
        places="Bretagne, Pays de la Loire",
        availability="1",
    )
    text = writing.with_item("# Moi\n", model.OFFER, asked, "o-aaaaaaaa")
    line = '- [ ] Relire un schéma radio #LoRa #objets-connectés @Bretagne @"Pays de la Loire"'
    assert text == f"# Moi\n\n::: offres\n{line} dispo:un-peu {{#o-aaaaaaaa}}\n\n:::\n"


def test_a_line_joins_the_block_that_is_there(plugin_module: Part) -> None:
    fields, writing, model = plugin_module("fields"), plugin_module("text"), plugin_module("model")
    asked = fields.typed(model.NEED, what="une ferme", details="En plein vent.\nDeux hectares.")
    text = writing.with_item(PAGE, model.NEED, asked, NEW)
    added = f"- [ ] une ferme {{#{NEW}}}\n\n  En plein vent.\n  Deux hectares.\n"
    assert text == PAGE.replace("  Prêt.\n", f"  Prêt.\n{added}")
    glued = "::: besoins\n- un avis {#b-aaaaaaaa}\n:::\n"
    assert writing.with_item(glued, model.NEED, fields.typed(model.NEED, what="x"), NEW) == (
        f"::: besoins\n- un avis {{#b-aaaaaaaa}}\n- [ ] x {{#{NEW}}}\n\n:::\n"
    )


def test_states_touch_the_box_alone_and_news_the_day(plugin_module: Part) -> None:
    writing = plugin_module("text")
    met = writing.with_state(PAGE, "b-aaaaaaaa", "x")
    assert met == PAGE.replace("[ ]", "[x]")
    assert writing.with_state(met, "b-aaaaaaaa", "x") == met
    seen = writing.with_news(met, "b-aaaaaaaa", "2026-11-25")
    assert seen == PAGE.replace(" {#b", " vu:2026-11-25 {#b")
    assert writing.with_news(seen, "b-aaaaaaaa", "2026-11-25") == seen
    below = "::: needs\n- un avis {#b-aaaaaaaa}\n  long vu:2020-01-01\n\n:::\n"
    again = writing.with_news(below, "b-aaaaaaaa", "2026-11-25", "en")
    assert again == "::: needs\n- [ ] un avis long seen:2026-11-25 {#b-aaaaaaaa}\n\n:::\n"


def test_identities_within_identities_cost_what_they_are_long(plugin_module: Part) -> None:
    typed, need = plugin_module("fields").typed, plugin_module("model").NEED
    endless = "{#" * 500_000 + "}" * 500_000 + " un avis"

    def refused() -> None:
        with pytest.raises(BadField):
            typed(need, what=endless)

    assert ended_by(refused) == 0
    assert typed(need, what="{#" * 9 + "}" * 9 + " un avis").what == "un avis"


@pytest.mark.parametrize("what", ["", "  ", "#radio", "…", "x" * 400, "avant:2027-01-01"])
def test_what_says_nothing_is_asked_again(plugin_module: Part, what: str) -> None:
    with pytest.raises(BadField) as told:
        plugin_module("fields").typed(plugin_module("model").NEED, what=what)
    assert told.value.field == "what"


def test_a_line_that_is_gone_is_told_kindly(plugin_module: Part) -> None:
    with pytest.raises(NotFound):
        plugin_module("text").with_state(re.sub("- .*", "", PAGE), "b-aaaaaaaa", "x")
