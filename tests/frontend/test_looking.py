"""Looking at a text on the living page changes not one of its signs."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.frontend.conftest import Desk
from tests.frontend.living import PAGE
from wiki.testing.wikis import real_data

__all__ = ["real_data"]

CONTENT = Path(__file__).parents[2] / "content"
EXAMPLES = int(os.environ.get("WIKI_TEST_TEXTS", "80"))
#: how many texts a browser is given at once
_PART = 10

#: Goes through a text as a reader would who looks at every line, and turns the views.
_WALK = """async (texts) => {
  const {surface, living} = document.querySelector("form[data-editor]").editor;
  const {view} = surface;
  const rest = () => new Promise((done) => setTimeout(done));
  const changed = [];
  for (const [at, text] of texts.entries()) {
    const whole = {from: 0, to: view.state.doc.length, insert: text};
    view.dispatch({changes: whole, selection: {anchor: 0}});
    const before = view.state.doc.toString();
    for (let line = 1; line <= view.state.doc.lines; line += 1) {
      const {from, to} = view.state.doc.line(line);
      // Who comes out of a table looks at the next line as at those before it.
      view.focus();
      view.dispatch({selection: {anchor: from}, scrollIntoView: true});
      await null;
      view.dispatch({selection: {anchor: to, head: from}});
    }
    if (at % 4 === 0) {
      living.showText(true);
      living.showText(false);
      await rest();
    }
    if (view.state.doc.toString() !== before || surface.text() !== before) changed.push(at);
  }
  return changed;
}"""


def walk(page: Any, texts: list[str]) -> list[int]:
    """The texts, by their places, that are another one after all of it has been looked at."""
    changed = []
    # By parts: a browser that is asked for all at once answers nothing else meanwhile.
    for start in range(0, len(texts), _PART):
        changed += [start + at for at in page.evaluate(_WALK, texts[start : start + _PART])]
        # Chromium keeps a range for each choice of a cursor until it collects garbage, which hands
        # that never rest keep it from, and goes through all of them at each change of the page.
        page.request_gc()
    return changed


def test_looking_at_the_starter_content_changes_nothing(desk: Desk) -> None:
    page = desk(PAGE).page
    texts = [one.read_text("utf-8") for one in sorted(CONTENT.rglob("*.md"))]
    assert len(texts) > 50
    assert walk(page, [*texts, PAGE]) == []


def test_looking_at_real_revisions_changes_nothing(desk: Desk, real_data: Path) -> None:
    # WIKI_TEST_REVISIONS=1016 looks at all; some are what each run has time for.
    some = int(os.environ.get("WIKI_TEST_REVISIONS", "30"))
    # Not by splitlines(), which knows more ends of lines than JSON does.
    history = (real_data / "carrefour" / "history.jsonl").read_text("utf-8").strip().split("\n")
    texts = [json.loads(line)["text"] for line in history[:: max(1, len(history) // some)]]
    page = desk(PAGE).page
    page.set_default_timeout(0)
    assert walk(page, texts) == []


_WORD = st.sampled_from(
    [
        "mot",
        "**gras**",
        "*it*",
        "`c`",
        "[l](<u>)",
        "[[p|m]]",
        "![a](<i.png>)",
        "[^1]",
        "\\*",
        "~~x~~",
        "|",
        "été",
        "https://a.b",
    ]
)


_LINE = st.lists(_WORD, min_size=0, max_size=4).map(" ".join)


_SIGN = st.sampled_from(
    [
        "",
        "# ",
        "### ",
        "- ",
        "  - ",
        "1. ",
        "- [ ] ",
        "- [x] ",
        "> ",
        "> - ",
        "::: besoins",
        ":::",
        "::: x",
        "| ",
        "| --- | --- |",
        "```",
        "---",
        "    ",
        "\t",
        "===",
        "[^1]: ",
    ]
)


_TEXT = st.lists(st.tuples(_SIGN, _LINE).map("".join), max_size=14).map("\n".join)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Pages of every kind of line, whole and broken."""
    found: list[str] = []

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(_TEXT)
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


def test_looking_at_any_text_changes_nothing(desk: Desk, texts: list[str]) -> None:
    page = desk(PAGE).page
    changed = walk(page, texts)
    assert [texts[at] for at in changed] == []
