"""Makes the words of the mail that holds an address when it is sent; none if it rests by then."""

from wiki.api.mail import Letter
from wiki.api.plugin import Instance

from .letters import crossing_words
from .states import reveals
from .store import find_by_side, reachable


def make_words(instance: Instance, side_id: str, lang: str) -> Letter | None:
    """To the side of that id: how to reach the one it met. None where it may not learn that now."""
    found = find_by_side(instance, side_id)
    side = found.side(side_id) if found else None
    other = found.other(side) if found and side else None
    if found is None or side is None or other is None or not reachable(instance, other):
        return None
    if not reveals(found.talk, side.id, other.id):
        return None
    return crossing_words(instance, found.row, side, other)
