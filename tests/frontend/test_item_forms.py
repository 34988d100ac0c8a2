"""Lines of cards changed by their forms: the bytes of what was changed, and no other."""

import difflib
import os
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.living import put
from wiki.pages.document import read_blocks
from wiki.pages.markdown.item_forms import ItemField, ItemForm, Part, parts_of
from wiki.pages.markdown.items import Item

EXAMPLES = int(os.environ.get("WIKI_TEST_ITEMS", "14"))
KINDS = ("text", "keywords", "places", "before", "box")
NEED = ItemForm("Need", "", "", [ItemField(one) for one in KINDS])

_WORDS = st.lists(
    st.sampled_from(
        [
            *("un four", "été", "😀", "**gras**", "[[charte]]", "`#code`", "a\\|b", "l’eau :"),
            *("#salle", "#bois-sec", "@Rennes", '@"Pays de la Loire"', '@"Rennes, Sud"'),
            *("avant:2027-03-01", "avant:demain", "vu:2026-01-02", "dispo:3", "#", "{#x}", "fin."),
        ]
    ),
    max_size=7,
).map(" ".join)
_SOURCE = st.tuples(
    st.sampled_from(["- ", "* ", "-   ", "- [ ] ", "- [x] ", "- [-] ", "- 2026-05-06 "]),
    _WORDS,
    st.sampled_from(["", " {#b-7k2qx9ma}", "  {#b-7k2qx9mb}", " {#b-7k2qx9mc}\\"]),
    st.just("") | _WORDS.map("\n  {}".format),
    st.sampled_from(["", "\n  - dessous", "\n\n  Et plus bas."]),
).map("".join)

#: what is typed into each field, and what it is read as then
TYPED = {
    "text": ("Autre chose ici", ["Autre chose ici"]),
    "keywords": ("bois sec, neuf", ["bois-sec", "neuf"]),
    "places": ("Brest", ["Brest"]),
    "before": ("2028-01-02", ["2028-01-02"]),
    "box": ("-", ["-"]),
}

_FORMS = """async ([text, typed]) => {
  const {surface} = document.querySelector("form[data-editor]").editor;
  const {view} = surface;
  const whole = () => view.dispatch(
    {changes: {from: 0, to: view.state.doc.length, insert: text}, selection: {anchor: text.length}}
  );
  const buttons = () => [...view.contentDOM.querySelectorAll(".cm-card-edit")];
  const found = [];
  for (let at = 0; at < buttons().length; at += 1) {
    const its = {};
    for (const kind of ["", ...Object.keys(typed)]) {
      buttons()[at].click();
      const dialog = document.querySelector("dialog[open]");
      if (!dialog) break;
      const form = dialog.querySelector("form");
      if (kind) form.elements[kind].value = typed[kind];
      form.noValidate = true;
      // Something must be said: an empty one is filled first.
      if (form.elements.text.value.trim()) {
        form.requestSubmit();
        its[kind] = surface.text();
      }
      dialog.close();
      await new Promise((done) => setTimeout(done));
      whole();
    }
    found.push(its);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def sources() -> list[str]:
    """Items of every kind, whole and odd; the first has a text alone, which each field changes."""
    found = ["- Un toit sec"]

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(_SOURCE)
    def collect(source: str) -> None:
        found.append(source.rstrip())

    collect()
    return list(dict.fromkeys(found))


def without(source: str, parts: Mapping[str, Any], kind: str) -> str:
    """The source with nothing of that field, and no blanks: words may need one where none was."""
    own: list[Part] = list(parts[kind])
    for one in sorted(own, key=lambda one: -one.start):
        source = source[: one.start] + source[one.end :]
    return "".join(source.split())


def read(source: str, kind: str) -> tuple[list[str], str]:
    """What the field says in an item, and all that stands around it."""
    parts = parts_of(source, NEED)
    assert parts is not None, source
    if kind != "text":
        own = parts.by_kind.get(kind, ())
        bare = without(source, {kind: own}, kind)
        return sorted({one.value for one in own}), bare.replace("[]", "")
    pieces = [Part(start, end, source[start:end], start) for start, end in parts.text]
    said = " ".join("".join(one.value for one in pieces).replace("\\\n", " ").split())
    return [said], without(source, {"text": pieces}, "text")


def test_a_form_changes_the_bytes_of_its_field_alone(desk: Desk, sources: list[str]) -> None:
    text = "::: besoins\n" + "\n".join(sources) + "\n\n:::"
    items = read_blocks(text)[0].items
    page = desk("essai\n").page
    put(page, text)
    expect(page.locator(".cm-card-edit")).to_have_count(len(items))
    page.route("**/-/blocks/**", lambda route: route.fulfill(json=[]))
    page.set_default_timeout(0)
    looked = 0
    for after in page.evaluate(_FORMS, [text, {kind: typed for kind, (typed, _) in TYPED.items()}]):
        assert after.pop("", text) == text
        for kind, changed in after.items():
            before, now = one_changed(items, text, changed)
            if before != now:
                looked += 1
                assert read(now, kind) == (TYPED[kind][1], read(before, kind)[1]), (kind, before)
    # Of others by chance it may be few that say anything.
    assert looked >= len(TYPED)


def one_changed(items: Sequence[Item], text: str, after: str) -> tuple[str, str]:
    """The one item that is another one now, before and after."""
    if text == after:
        return "", ""
    lines = text.splitlines(keepends=True)
    for one in items:
        at = len("".join(lines[: one.line]))
        rest = text[at + len(one.source) :]
        if after[:at] == text[:at] and after.endswith(rest) and len(after) >= at + len(rest):
            return one.source, after[at : len(after) - len(rest)]
    raise AssertionError("\n".join(difflib.unified_diff(text.split("\n"), after.split("\n"), n=1)))
