"""What differs between two texts, as templates show it: coloured words, a bounded number."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from wiki.merging.difference import Titled, word_diff
from wiki.merging.paragraphs import ParagraphChange, align

SHOWN = 60
#: paragraphs that one page shows changed
PARAGRAPHS = 200


def shown(older: str, newer: str, headings: Sequence[Titled] = ()) -> list[dict[str, Any]]:
    """The first places that differ: ``{heading, runs: [(kind, text)]}``."""
    return [
        {"heading": hunk.heading, "runs": [(run.kind, run.text) for run in hunk.runs]}
        for hunk in word_diff(older, newer, headings)[:SHOWN]
    ]


def told(older: str, newer: str) -> tuple[list[dict[str, Any]], int]:
    """What became of each paragraph, by the heading it stands under, and how many more there are.

    ``{heading, changes: [{kind, number, runs: [(kind, text)], whole, moved_from}]}``. ``kind`` is
    changed, added, removed or moved; ``whole`` is what the paragraph is: head, heading, item …;
    ``moved_from`` is the heading that a moved one stood under.
    """
    seen = [
        one
        for one in align(older, newer)
        if one.kind not in ("kept", "left") and not one.unseen and _text_of(one).strip()
    ]
    shown_ones = seen[:PARAGRAPHS]
    sections = [
        {"heading": heading, "changes": [_told(one) for one in changes]}
        for heading, changes in groupby(shown_ones, key=_heading_of)
    ]
    return sections, len(seen) - len(shown_ones)


def _told(one: ParagraphChange) -> dict[str, Any]:
    paragraph = one.new or one.old
    return {
        "kind": one.kind,
        "number": one.number,
        "runs": [(run.kind, run.text) for run in one.runs],
        "whole": paragraph.kind if paragraph else "other",
        "moved_from": one.old.heading if one.kind == "moved" and one.old else "",
    }


def _heading_of(one: ParagraphChange) -> str:
    paragraph = one.new or one.old
    return paragraph.heading if paragraph else ""


def _text_of(one: ParagraphChange) -> str:
    paragraph = one.new or one.old
    return paragraph.text if paragraph else ""
