"""An event, as its page's head says it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from wiki.instance import Instance
from wiki.reading import Reader
from wiki.reading.events import event_of, organises_event

Write = Callable[..., str]


def test_an_event_says_when_where_and_what_is_shown_in_order(
    instance: Instance, write: Write
) -> None:
    write(
        {
            "projets/serre.md": "---\ntype: project\n---\n",
            "projets/lora.md": "---\ntype: project\ntitle: LoRa\n---\n",
            "projets/secret.md": "---\ntype: project\nvisibility: team\n---\n",
            "charte.md": "Une page.\n",
            "e.md": "---\ntype: event\nkind: café\nstarts: 2027-03-18T18:30\nplace: Rennes\n"
            "programme:\n- '[[projets/serre]]'\n- '[[LoRa]]'\n- '[[projets/secret]]'\n"
            "- '[[charte]]'\n- '[[nulle-part]]'\n- '[[projets/serre]]'\n---\n",
        }
    )
    event = event_of(Reader(instance), "e")
    assert event is not None and event.when is not None
    assert event.when.starts == datetime(2027, 3, 18, 17, 30, tzinfo=UTC)
    assert (event.place, event.kind, event.cancelled) == ("Rennes", "café", False)
    assert event.programme == ("projets/serre", "projets/lora")
    assert event_of(Reader(instance), "charte") is None


@pytest.mark.parametrize(
    ("words", "cancelled"), [("true", True), ("oui", True), ("'Yes'", True), ("non", False)]
)
def test_a_cancelled_event_says_so(
    instance: Instance, write: Write, words: str, cancelled: bool
) -> None:
    write({"e.md": f"---\ntype: event\nstarts: 2027-03-18\ncancelled: {words}\n---\n"})
    event = event_of(Reader(instance), "e")
    assert event is not None and event.cancelled is cancelled


@pytest.mark.parametrize(
    ("role", "page", "prepares"),
    [
        ("member", "p/a", True),
        ("member", "p/b", False),
        ("reader", "p/a", False),
        ("programme", None, True),
        ("admin", None, True),
        ("connector", None, False),
    ],
)
def test_an_event_is_prepared_by_its_team_and_the_programme_team(
    instance: Instance,
    write: Write,
    person: Callable[..., Any],
    role: str,
    page: str | None,
    prepares: bool,
) -> None:
    write(
        {
            "p/a.md": "---\ntype: person\n---\n",
            "p/b.md": "---\ntype: person\n---\n",
            "e.md": "---\ntype: event\neditors: members\nteam: ['[[p/a]]']\n---\n",
        }
    )
    reader = Reader(instance, person("someone", role, page))
    event = event_of(reader, "e")
    assert event is not None and organises_event(reader, event) is prepares
    visitor = event_of(Reader(instance), "e")
    assert visitor is not None and not organises_event(Reader(instance), visitor)
