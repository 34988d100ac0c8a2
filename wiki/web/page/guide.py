"""The guide of who has just set the site up: their first project, then their first evening.

::

    guide_steps (core, plugins) ──▶ guide_for(reader) ──▶ setup/_guide.html, on the home page
                                           ▲                and the account's
    people/guides.py: not put away yet ────┘
"""

from collections.abc import Iterator
from typing import NamedTuple

from wiki.hookspecs.guides import EVENING, PROJECT, GuideStep
from wiki.pages.urls import action_url
from wiki.people.guides import open_guides
from wiki.plugins import call_hook
from wiki.reading import Reader
from wiki.reading.lists import find_own_space
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.page.next_steps import is_alone

#: the guides, in the order in which they are gone through
GUIDES = {PROJECT: lazy("Your first project"), EVENING: lazy("Your first evening")}


class Step(NamedTuple):
    """A step as it is shown: done, to be done at ``url``, or ("") after another."""

    label: str
    url: str
    done: bool


class Guide(NamedTuple):
    """One guide as it is shown; ``after`` is the title of the one that comes next, or ""."""

    name: str
    title: str
    steps: tuple[Step, ...]
    after: str

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return all(step.done for step in self.steps)


def guide_for(reader: Reader) -> Guide | None:
    """The first guide that the person has not put away; None for everybody else."""
    person = reader.person
    if person is None or person.role != "admin":
        return None
    left = open_guides(reader.instance.private, person.id)
    if not left:
        return None
    steps = sorted(_steps(reader), key=lambda step: step.order)
    found = {
        name: tuple(Step(one.label, one.url, one.done) for one in steps if one.guide == name)
        for name in GUIDES
        if name in left
    }
    shown = [name for name, own in found.items() if own]
    if not shown:
        return None
    after = str(GUIDES[shown[1]]) if len(shown) > 1 else ""
    return Guide(shown[0], str(GUIDES[shown[0]]), found[shown[0]], after)


def _steps(reader: Reader) -> Iterator[GuideStep]:
    for group in call_hook(reader.instance.plugins.hook.guide_steps, reader=reader):
        yield from group
    own = find_own_space(reader, "project")
    begin = action_url("new", query={"type": "project"})
    yield GuideStep(PROJECT, _("Make its space: a name, a sentence"), begin, own is not None, 10)
    yield GuideStep(
        PROJECT,
        _("Invite someone to write with you"),
        action_url("invite", own.path) if own else "",
        own is not None and not is_alone(reader, own),
        30,
    )
