"""The browser's edits, which make one text of another, in the engine that builds its scripts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_NODE = Path(sys.executable).parent / "node"
_WORDS = st.text("ab \n.é😀😁", max_size=12)
_PAGE = "---\ntitle: Un essai\n---\n\nLe matin.{}\n\n## Budget\n\nMidi.{}\n\nLe soir.{}\n"

pytestmark = pytest.mark.skipif(not _NODE.exists(), reason="needs the node of `make setup`")


def made(pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    command = [str(_NODE), str(Path(__file__).with_name("edits.js")), json.dumps(pairs)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[dict[str, Any]] = json.loads(answer.stdout)
    return found


@st.composite
def _pair(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and another one or itself with something written over a part of it."""
    before, other = draw(_WORDS), draw(_WORDS)
    start = draw(st.integers(0, len(before)))
    end = draw(st.integers(start, len(before)))
    return before, draw(st.sampled_from([other, before[:start] + other + before[end:]]))


@settings(max_examples=6, deadline=None)
@given(st.lists(_pair(), min_size=40, max_size=60))
def test_edits_make_the_other_text_and_cut_no_character(pairs: list[tuple[str, str]]) -> None:
    for (before, after), one in zip(pairs, made(pairs), strict=True):
        assert one["text"] == after, (before, one)
        assert one["whole"], (before, after, one)


def test_the_same_words_more_are_the_same_edit_whatever_else_was_written() -> None:
    base = _PAGE.format("", "", "")
    texts = [
        _PAGE.format("", " Avant.", ""),
        _PAGE.format(" Au téléphone.", " Avant.", ""),
        _PAGE.format("", " Avant.", " D’ailleurs."),
    ]
    found = [one["edits"] for one in made([(base, text) for text in texts])]
    at = base.index("Midi.") + len("Midi.")
    assert all({"from": at, "to": at, "insert": " Avant."} in edits for edits in found)
