"""What the first administrator of a new site is led through: a first project, a first evening.

::

    @hookimpl
    def guide_steps(reader: Reader) -> Sequence[GuideStep]:
        event = find_own_space(reader, "event")
        url = action_url("poll/new", query={"page": event.path}) if event else ""
        return [GuideStep(EVENING, gettext("Ask when people can come"), url, bool(polls), 40)]
"""

from wiki.hookspecs.guides import EVENING, PROJECT, GuideStep
from wiki.reading.lists import find_own_space
