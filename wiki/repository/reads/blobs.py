"""Blobs wherever they stand: the files that ever held one."""

from pathlib import Path

from wiki.repository.objects import EMPTY, decode_name
from wiki.repository.process import fields, output_of


def files_with(folder: Path, blob: str, head: str) -> set[str]:
    """The names under which ``blob`` ever stood in the history of ``head``; slow."""
    if head == EMPTY:
        return set()
    asked = ("log", "--format=", "--name-only", "--no-renames", "-z", "-m", f"--find-object={blob}")
    with output_of(folder, *asked, "--end-of-options", head, timeout=60) as output:
        return {decode_name(field.lstrip(b"\n")) for field in fields(output) if field.strip()}
