"""What others have of something that a list shows: below one's own, marked, and leading home.

::

    beside = instance.plugins.call(events_elsewhere, reader, EventsAsked(values={"theme": ["iot"]}))

    @hookimpl
    def services() -> Sequence[Provided]:
        return [provide(events_elsewhere, from_festivals)]

A template shows each group by ``ui.elsewhere(found)``. Sisters' entries: ``wiki.api.sisters``.
"""

from wiki.hookspecs.elsewhere import Entries, EventsAsked, OthersEntry, events_elsewhere
