"""Events, as their pages say, and what plugins know of them.

::

    event = event_of(reader, path)  # None where this reader sees none there
    if event and manages_event(reader, event):
        ...
"""

from wiki.hookspecs.events import (
    Attendance,
    Event,
    EventMove,
    EventNote,
    EventStep,
    IntroductionAsked,
    Party,
    Presenter,
    attendances,
    event_marks,
    introductions,
    presenters,
)
from wiki.reading.events import event_of, event_of_row, manages_event, organises_event
