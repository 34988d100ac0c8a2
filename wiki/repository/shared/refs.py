"""Refs beside the branch that all nodes have: those of texts that wait.

Each is put and taken away there first; what another node has put comes when it is asked for.
"""

from contextlib import suppress
from pathlib import Path

from wiki.errors import HostFailed
from wiki.repository.faults import unreachable
from wiki.repository.rawlog import NOTHING
from wiki.repository.remote.addresses import RemoteFailed, push
from wiki.repository.repository import Repository
from wiki.repository.shared.host import Unanswered, refused
from wiki.repository.shared.names import NODES
from wiki.repository.shared.protocol import (
    names_question,
    push_question,
    read_names,
    read_report,
)


def nodes_of(repository: Repository) -> list[str]:
    """The names of all nodes that ever began with what is shared; none where it is away."""
    if (shared := repository.shared) is None:
        return []
    try:
        with shared.host.asked("git-upload-pack", names_question([f"{NODES}/"])) as answer:
            return sorted(name.removeprefix(f"{NODES}/") for name in read_names(answer))
    except (HostFailed, Unanswered):
        return []


class SharedRefs:
    """Those below ``prefix`` of the repository at ``folder``, which borrows from ``content``.

    Where ``content`` is not shared, nothing is done and nothing is there.
    """

    def __init__(self, content: Repository, folder: Path, prefix: str) -> None:
        self._content = content
        self._folder = folder
        self._prefix = prefix

    def put(self, name: str, commit: str) -> None:
        """Has it there too, in place of what it was. Raises HostFailed: then it is not."""
        if (shared := self._content.shared) is None:
            return
        ref = f"{self._prefix}/{name}"
        there = self._look(ref).get(ref)
        if there != commit:
            try:
                push(self._folder, shared.host.remote, commit, ref=ref, expected=there)
            except RemoteFailed as error:
                raise refused(error.words) from error

    def drop(self, name: str) -> bool:
        """Takes it away there; False where that has to be tried again."""
        if (shared := self._content.shared) is None:
            return True
        ref = f"{self._prefix}/{name}"
        with suppress(HostFailed, Unanswered):
            if there := self._look(ref).get(ref):
                question = push_question([(ref, there, NOTHING)], b"")
                with shared.host.asked("git-receive-pack", question) as answer:
                    return not read_report(answer).get(ref, "no report")
            return True
        return False

    def there(self, name: str = "") -> dict[str, str]:
        """Name and commit of all that are there, or of ``name`` alone; nothing where it is away."""
        if self._content.shared is None:
            return {}
        asked = f"{self._prefix}/{name}"
        with suppress(HostFailed):
            found = self._look(asked)
            names = {ref.removeprefix(f"{self._prefix}/"): id for ref, id in found.items()}
            return {one: id for one, id in names.items() if name in ("", one) and one.isalnum()}
        return {}

    def fetch(self, commit: str) -> None:
        """Has the commit here. Raises HostFailed, StorageFailed."""
        if (shared := self._content.shared) is not None:
            try:
                # Loose objects: what goes is then a few files less.
                shared.fetch(commit, self._folder, "unpack-objects", "-q")
            except Unanswered as error:
                raise unreachable() from error

    def _look(self, prefix: str) -> dict[str, str]:
        shared = self._content.shared
        if shared is None:
            return {}
        try:
            with shared.host.asked("git-upload-pack", names_question([prefix])) as answer:
                return read_names(answer)
        except Unanswered as error:
            raise unreachable() from error
