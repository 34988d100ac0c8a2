"""What differs between two texts, as templates show it: coloured words, a bounded number."""

from collections.abc import Sequence
from typing import Any

from wiki.repository.difference import Titled, word_diff

SHOWN = 60


def shown(older: str, newer: str, headings: Sequence[Titled] = ()) -> list[dict[str, Any]]:
    """The first places that differ: ``{heading, runs: [(kind, text)]}``."""
    return [
        {"heading": hunk.heading, "runs": [(run.kind, run.text) for run in hunk.runs]}
        for hunk in word_diff(older, newer, headings)[:SHOWN]
    ]
