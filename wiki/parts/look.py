"""The look in force: what the file of the look says at the head of the pages' repository."""

from typing import NamedTuple

from wiki.config.look import LOOK_FILE
from wiki.config.look.values import DEFAULT, LONGEST, LookFile, read_look
from wiki.errors import TooLarge
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository


class LookAt(NamedTuple):
    """What the file says; ``blob`` is None where there is none."""

    blob: str | None = None
    said: LookFile = LookFile(DEFAULT, {})


def follow_look(repository: Repository, before: LookAt, head: str) -> LookAt:
    """What the file says at ``head``; read anew where it is another one. Raises StorageFailed."""
    blob = None if head == EMPTY else repository.blob_id(LOOK_FILE, head)
    if blob == before.blob:
        return before
    if blob is None:
        return LookAt()
    try:
        said = read_look(repository.read_blob(blob, LONGEST))
    except TooLarge:
        said = LookFile(DEFAULT, {"": f"it is larger than {LONGEST} bytes"})
    return LookAt(blob, said)
