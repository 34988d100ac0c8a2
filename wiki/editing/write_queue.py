"""The writers' queue, entered with what is asked in it worked out before.

Who is inside keeps all other writers waiting: they shall not wait for projections too, which after
an import take minutes. Where nodes share a repository, who is inside at another node is waited for,
so that nobody prepares in vain what has to be alone; saves of groups are not kept out.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from wiki.errors import StorageFailed
from wiki.instance import Instance
from wiki.people.store.locks import alone_among_nodes

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
        with ExitStack() as stack:
            mine = lock.is_mine
            stack.enter_context(lock.held())
            if instance.repository.shared is not None and not mine:
                stack.enter_context(alone_among_nodes(instance.private, "write"))
                # Where the host does not answer, whoever saves is told so.
                with suppress(StorageFailed):
                    instance.repository.shared.arrive()
            tries -= 1
            if tries <= 0 or not any(map(projections.behind, (_ASKED, *also))):
                yield
                return
