"""What a project, an event or a person says of itself, as the head of its page shows it."""

from collections.abc import Callable
from typing import Any

from wiki.jinja import day
from wiki.pages.page import Page
from wiki.reading import Reader
from wiki.reading.html import get_fact_label, get_fact_words
from wiki.reading.lists import get_row
from wiki.translation import lazy

_LABELS = {
    "team": lazy("Team"),
    "starts": lazy("Begins"),
    "ends": lazy("Ends"),
    "presented": lazy("Presented at"),
    "programme": lazy("Programme"),
}
#: those that come first
_FIRST = ("state", "maturity", "starts", "ends", "place", "territory", "theme", "team")
_DAYS = frozenset({"starts", "ends"})
#: facts of a page, and values of one
_FACTS, _VALUES = 12, 20


def present_facts(
    reader: Reader, page: Page, link: Callable[[str], dict[str, str] | None]
) -> list[dict[str, Any]]:
    """The facts of a typed page, in words; ``link`` gives the page that a value names."""
    row = get_row(reader, page.path) if page.type else None
    facts = dict(row.facts) if row is not None else {}
    if facts.get("maturity") == facts.get("state"):
        facts.pop("maturity", None)
    facts["presented"] = tuple(filter(link, facts.get("presented", ())))
    told = [key for key in facts if facts[key]]
    keys = [*(key for key in _FIRST if key in told), *(key for key in told if key not in _FIRST)]
    return [
        {
            "label": str(_LABELS[key]) if key in _LABELS else get_fact_label(reader, key),
            "values": [
                link(value)
                or {
                    "label": day(value) if key in _DAYS else get_fact_words(reader, key, value),
                    "url": "",
                }
                for value in values[:_VALUES]
            ],
        }
        for key, values in ((key, facts[key]) for key in keys[:_FACTS])
    ]
