"""The site generation: a file that changes once something private shows otherwise on pages.

Kept answers stand for one moment (``wiki/web/cache/versions.py``), of which this is a part, and so
do bodies with private rows in them (``wiki/rendering/cache.py``).
"""

import os
from pathlib import Path
from secrets import token_hex

from wiki.errors import StorageFailed
from wiki.translation import gettext as _


def generation_file(folder: Path) -> str:
    """The path of the file, for the wiki in ``folder``."""
    return os.fspath(folder / "index" / "generation")


def read_generation(file: str) -> bytes:
    """The generation in that file; none is one too. Takes some microseconds."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 64)
    finally:
        os.close(descriptor)


def move_generation(folder: Path) -> None:
    """Lets no page stand that was made before. Call it once the private rows are written.

    Raises StorageFailed.
    """
    file = Path(generation_file(folder))
    unfinished = file.with_name(f"generation.{token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(token_hex(16), "ascii")
        os.replace(unfinished, file)  # noqa: PTH105 - one system call, for readers at work
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StorageFailed(
            _("The disk is full or read-only: pages may show for a while what they showed before.")
        ) from error
