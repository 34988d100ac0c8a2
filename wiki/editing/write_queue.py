"""The writers' queue, entered with what is asked in it worked out before.

Who is inside keeps all other writers waiting: they shall not wait for projections too, which after
an import take minutes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from wiki.instance import Instance

#: the projection that those inside ask: for teams, and for who had an identity first
_ASKED = "catalogue"
#: times that someone who was overtaken goes to the end of the queue
_TRIES = 3


@contextmanager
def write_turn(instance: Instance, *also: str) -> Iterator[None]:
    """Alone with the repository inside; re-entrant, as ``Repository.lock``.

    The catalogue is at the head then, and the projections that are ``also`` asked inside, but
    where one cannot be had, or others were always quicker.
    """
    projections, lock = instance.projections, instance.repository.write_lock
    tries = 0 if lock.is_mine else _TRIES
    while True:
        if tries:
            for name in (*projections.part(_ASKED).needs, _ASKED, *also):
                projections.bring(name)
        with lock.held():
            tries -= 1
            if tries <= 0 or not any(map(projections.behind, (_ASKED, *also))):
                yield
                return
