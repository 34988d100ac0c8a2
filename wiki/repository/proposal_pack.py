"""The file in which texts that wait are taken along: their names, a blank line, git's pack."""

from pathlib import Path

from wiki.repository.faults import damaged
from wiki.repository.objects import is_hash


def read_held(source: Path) -> tuple[dict[str, str], bytes]:
    """The commits by the ids that they are held under, and their objects. Raises StorageFailed."""
    names, _blank, packed = source.read_bytes().partition(b"\n\n")
    try:
        lines = (line.split() for line in names.decode("ascii").splitlines())
        return {id: tip for id, tip in lines if id.isalnum() and is_hash(tip)}, packed
    except ValueError as error:
        raise damaged() from error
