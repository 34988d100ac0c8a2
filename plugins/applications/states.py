"""The states of an application, and the words that each side reads.

::

    held ──read first──▶ received ──▶ read ──▶ briefing      a decision stands beside, in a row
                             └─ aside, withdrawn: from any, and back
"""

from wiki.api.translation import lazy

HELD, RECEIVED, READ, BRIEFING = "held", "received", "read", "briefing"
ASIDE, WITHDRAWN = "aside", "withdrawn"
#: what organisers work through
LIVE = (RECEIVED, READ, BRIEFING)
#: what nobody of them has read yet
UNREAD = (HELD, RECEIVED)
SELECTED, LATER = "selected", "later"
CHOICES = (SELECTED, LATER)

WORDS = {
    HELD: lazy("of a newcomer, to be read first"),
    RECEIVED: lazy("received"),
    READ: lazy("read by those who prepare it"),
    BRIEFING: lazy("in briefing"),
    ASIDE: lazy("set aside"),
    WITHDRAWN: lazy("withdrawn by its team"),
    SELECTED: lazy("selected"),
    LATER: lazy("not this time"),
}


def shown(state: str, choice: str, *, told: bool, organiser: bool) -> str:
    """The state as one side sees it: the team knows of a decision once it was told.

    That something was set aside is not told: whoever sends spam would learn by it.
    """
    if state in (HELD, WITHDRAWN) or (state == ASIDE and organiser):
        return state
    if choice and (organiser or told):
        return choice
    return RECEIVED if state == ASIDE else state
