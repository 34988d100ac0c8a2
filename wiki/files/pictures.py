"""Pictures as a process of its own draws them: uploads made safe, and the sizes that are shown.

What a decoder takes of memory and time is not ours to say, so none runs in a worker: a child does
it (``images.py``), few at once in all processes. Sizes are made once and kept in ``index/pictures``
by the hash of the file and the size, up to ``picture_cache`` bytes; that one cannot be made is kept
likewise. What is kept carries its sum: a damaged one is drawn again.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from wiki.config import Settings
from wiki.errors import BadUpload, TooLarge, TooMany
from wiki.files import images
from wiki.files.types import FileType
from wiki.sandbox.functions import call_in_child
from wiki.sandbox.runner import Failed, Killed, TimedOut
from wiki.sandbox.turns import Busy, Turns, hold_one
from wiki.translation import gettext as _

#: the size for documents: PNG or JPEG, no wider than paper shows
PAPER = "paper"
_SECONDS = 20.0
#: an upload of many frames; one picture of 50 million pixels, in the form that takes most
_UPLOAD_MEMORY, _SIZE_MEMORY = 1_200_000_000, 800_000_000
#: children of all processes; requests of one process that draw or wait: others have its threads
_SLOTS = ["slot-0", "slot-1"]
_turns = Turns(2, waiting=2, room=130 << 20)
#: locks that keep one picture from being drawn twice at a time
_LOCKS = 64
#: what a kept file says in place of the ending of its picture
_LARGE, _DAMAGED = "large", "damaged"


@dataclass(frozen=True)
class Drawn:
    """A picture in a size; ``extension`` is that of its format."""

    extension: str
    data: bytes


def clean_upload(settings: Settings, data: bytes, kind: FileType) -> bytes:
    """The picture alone, upright, in its format. Raises TooLarge, BadUpload, TooMany."""
    question = {"extension": kind.extension, "max_pixels": settings.max_pixels}
    try:
        with _turns.take(_SECONDS), hold_one(_folder(settings), _SLOTS, _until(_SECONDS)):
            _answer, (clean,) = call_in_child(
                images.clean, question, data, seconds=_SECONDS, memory=_UPLOAD_MEMORY
            )
    except Busy:
        words = _("Many pictures are being read just now. Try again in a minute.")
        raise TooMany(words, retry_after=60) from None
    except (Failed, TimedOut):
        raise images.unreadable() from None
    return clean


def draw(
    settings: Settings,
    blob: str,
    size: str,
    kind: FileType,
    load: Callable[[], bytes],
    *,
    patience: float,
) -> Drawn:
    """The picture whose hash is ``blob`` in ``size``: one of ``WIDTHS``, or ``PAPER``.

    ``load`` gives its bytes where it was not made before. Raises TooLarge for too many pixels,
    BadUpload where it cannot be drawn, Busy where others are drawn for ``patience`` seconds.
    """
    file = _folder(settings) / f"{blob}-{size}"
    if (found := _read(file, settings)) is not None:
        return found
    until = _until(patience)
    lock = [f"lock-{int(blob[:8], 16) % _LOCKS}"]
    with _turns.take(patience), hold_one(file.parent, lock, until):
        if (found := _read(file, settings)) is not None:
            return found
        with hold_one(file.parent, _SLOTS, until):
            question = {
                "extension": kind.extension,
                "size": size,
                "max_pixels": settings.max_pixels,
            }
            try:
                told, (data,) = call_in_child(
                    images.draw, question, load(), seconds=_SECONDS, memory=_SIZE_MEMORY
                )
                made = Drawn(told["extension"], data)
            except Killed:
                raise Busy from None  # nothing is known of the picture
            except TooLarge:
                made = Drawn(_LARGE, str(settings.max_pixels).encode())
            except (BadUpload, Failed, TimedOut):
                made = Drawn(_DAMAGED, b"")
        _keep(file, made, settings.picture_cache)
    return _checked(made, settings)


def find_drawn(settings: Settings, blob: str, width: int) -> Drawn | None:
    """The picture in another width that was made before: the next smaller one, else a larger."""
    others = sorted(images.WIDTHS, key=lambda one: (one > width, abs(one - width)))
    for one in others:
        with suppress(BadUpload, TooLarge):
            if (found := _read(_folder(settings) / f"{blob}-{one}", settings)) is not None:
                return found
    return None


def _read(file: Path, settings: Settings) -> Drawn | None:
    try:
        head, _end, data = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    extension = head.partition(b" ")[0].decode("ascii", "replace")
    if head != _head(extension, data):
        return None  # the disk gave something else back, or it is of before there was a sum
    drawn = Drawn(extension, data)
    if drawn.extension == _LARGE and data != str(settings.max_pixels).encode():
        return None  # the limit was another
    return _checked(drawn, settings)


def _head(extension: str, data: bytes) -> bytes:
    """The first line of what is kept; its sum is of all of it."""
    return f"{extension} {sha256(extension.encode() + data).hexdigest()}".encode("ascii", "replace")


def _checked(drawn: Drawn, settings: Settings) -> Drawn:
    if drawn.extension == _LARGE:
        raise images.too_large(settings.max_pixels)
    if drawn.extension == _DAMAGED:
        raise images.unreadable()
    return drawn


def _keep(file: Path, made: Drawn, most: int) -> None:
    """Whole or not at all; a full disk costs the next reader a second, and nobody their picture."""
    beside = file.with_name(f"new-{token_hex(8)}")
    with suppress(OSError):
        try:
            beside.write_bytes(_head(made.extension, made.data) + b"\n" + made.data)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
        _make_room(file.parent, most)


def _make_room(folder: Path, most: int) -> None:
    """Where there is more than ``most`` bytes, removes the oldest until nine tenths are left."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if "-" in entry.name and not entry.name.startswith(("slot-", "lock-")):
                told = entry.stat()
                found.append((told.st_mtime_ns, max(told.st_size, 4096), entry.path))
    total = sum(size for _when, size, _path in found)
    if total <= most:
        return
    for _when, size, path in sorted(found):
        Path(path).unlink(missing_ok=True)
        total -= size
        if total <= most * 0.9:
            return


def _folder(settings: Settings) -> Path:
    return settings.instance / "index" / "pictures"


def _until(seconds: float) -> float:
    return time.monotonic() + seconds
