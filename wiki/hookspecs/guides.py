"""What the first administrator of a new site is led through: a first project, a first evening."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wiki.hookspecs.marks import hookspec

if TYPE_CHECKING:
    from wiki.reading import Reader

#: the guides that steps are told of, one after the other
PROJECT, EVENING = "project", "evening"


@dataclass(frozen=True)
class GuideStep:
    """A step of the ``guide`` of that name: a translated ``label``, and the form where it is done.

    ``url`` is "" where a step before it comes first. ``done`` is what is there by now, and never
    what was pressed. ``order`` sorts the steps of a guide, lowest first; three are enough.
    """

    guide: str
    label: str
    url: str
    done: bool
    order: int = 50


@hookspec
def guide_steps(reader: "Reader") -> Sequence[GuideStep]:
    """Steps of the guides for who has just set the site up, as far as the reader is by now."""
