"""Tells every process that something private shows otherwise on pages from now on.

Kept answers stand for one moment (``web/moment.py``), of which this is a part.
"""

import os
from secrets import token_hex

from wiki.errors import StorageFailed
from wiki.instance import Instance
from wiki.translation import gettext as _


def move_generation(instance: Instance) -> None:
    """Lets no page stand that was made before. Call it once the private rows are written.

    Raises StorageFailed.
    """
    file = instance.settings.instance / "index" / "generation"
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
