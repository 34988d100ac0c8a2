"""The many of an evening, whose gestures are those of the few that a journey follows in a browser.

``WIKI_EVENING=whole`` has as many come as to a real one: 12 applications, 9 of them selected, and
100 registrations. Otherwise they are as few as show the same.
"""

import importlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wiki.api.pages import edit_head
from wiki.api.people import get_person
from wiki.api.reading import Reader
from wiki.people.accounts import find_person
from wiki.people.follow.subscriptions import watch
from wiki.people.targets import Target
from wiki.reading.pages import get_page

if TYPE_CHECKING:
    from tests.journeys.years import Years

WHOLE = os.environ.get("WIKI_EVENING") == "whole"
_SELECTED = (
    "assistant-ia-civil",
    "1000-jours",
    "agents-en-intervention",
    "agreste",
    "aides-jeunes",
    "aigle",
    "bases-adresses-locales",
)
_REFUSED = ("apax", "aplus")
#: those who register, the five that the journey follows left out
GUESTS = 95 if WHOLE else 0


@dataclass(frozen=True)
class Team:
    """A project whose space is closed, who carries it, and what it has the programme say."""

    name: str
    path: str
    title: str
    #: what stands on its page, and nowhere else
    own: str
    sentence: str


class Crowd:
    """The teams that propose beside those of the journey, and the guests that register."""

    def __init__(self, years: "Years") -> None:
        self._years, self._instance = years, years.site.instance
        count = len(_SELECTED) if WHOLE else 2
        self.selected = [self._team(slug) for slug in _SELECTED[:count]]
        self.refused = [self._team(slug) for slug in _REFUSED] if WHOLE else []

    def _team(self, slug: str) -> Team:
        path, name = f"projets/{slug}", f"equipe-{slug}"
        self._years.person(name, on=(path,))
        page = get_page(Reader(self._instance, audience=frozenset({"all"})), path)
        own = f"Ce que {name} garde pour soi"
        text = edit_head(page.text, {"visibility": "team", "summary": own})
        self._years.write({page.file: f"{text}\n{own}.\n"})
        return Team(name, path, page.title, own, f"Une phrase relue par {name}")

    def propose(self, event: str) -> None:
        """Each proposes its project."""
        applying, calls = _part("applications.submission"), _part("applications.calls")
        for team in (*self.selected, *self.refused):
            reader = self._reader(team)
            applying.apply_with(reader, calls.call_at(reader, event), team.path, "Pour voir")

    def agree(self, event: str) -> None:
        """Those that were selected agree to their sentence; their space stays closed."""
        consent, programme = (
            _part("applications.programme.consent"),
            _part("applications.programme.entries"),
        )
        for team in self.selected:
            words = consent.Words(team.title, team.sentence)
            assert programme.agree(self._reader(team), self.application(event, team), words)

    def application(self, event: str, team: Team) -> Any:
        """What the team proposed."""
        rows = _part("applications.store").find_all(self._instance)
        return next(row for row in rows if (row.event, row.project) == (event, team.path))

    def follow(self, name: str, theme: str) -> None:
        """One of the people follows a theme."""
        person = find_person(self._instance.private, f"{name}@example.org")
        assert person is not None
        head = self._instance.repository.head()
        watch(self._instance.private, person.id, Target("theme", theme), head=head)

    def register(self, event: str) -> None:
        """The guests register, and open the mail that asks whether it was them."""
        registering, heads = _part("registrations.registration"), _part("applications.calls")
        reader = Reader(self._instance)
        call = heads.call_at(reader, event)
        for number in range(GUESTS):
            wish = registering.wish(
                f"Invitée {number:02}",
                f"invitee{number}@example.net",
                "fr",
                listed=number % 2 == 0,
                access="",
                why=(),
            )
            with self._years.site.request():
                registering.register(reader, call.event, wish, None)
        for row in self._rows(event):
            if row.state == "unconfirmed":
                registering.confirm(self._instance, row.id)

    def count(self, event: str) -> int:
        """How many come, or wait."""
        return len(self._rows(event))

    def _rows(self, event: str) -> list[Any]:
        known = _part("registrations.event.identity").find_row(self._instance, event)
        with _part("registrations.store").alone(self._instance, known.id) as found:
            return list(found[1].people)

    def _reader(self, team: Team) -> Reader:
        person = find_person(self._instance.private, f"{team.name}@example.org")
        assert person is not None
        return Reader(self._instance, get_person(self._instance.private, person.id))


def _part(name: str) -> Any:
    return importlib.import_module(f"wiki_plugins.{name}")
