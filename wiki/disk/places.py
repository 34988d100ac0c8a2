"""What stands where a file or a folder of ours belongs: a mount, a copy or an archive left it."""

import os
from contextlib import suppress
from itertools import count
from pathlib import Path


def clear_place(path: "str | os.PathLike[str]") -> bool:
    """Makes room for a file where a folder stands: an empty one goes, another is laid aside.

    Whether there was one. A file is never touched, whoever makes it meanwhile. Where it cannot be
    done, whoever opens the file is told.
    """
    place = Path(path)
    if not place.is_dir():
        return False
    with suppress(OSError):
        place.rmdir()
        return True
    with suppress(OSError):
        # The slash: of a file that somebody has made here by now this is refused.
        os.rename(f"{os.fspath(place)}/", _aside(place))  # noqa: PTH104 - a Path has no such slash
        return True
    return False


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Makes the folder where it is missing; a file that stands there is laid aside.

    Raises OSError.
    """
    clear_file(path)
    path.mkdir(mode, parents=True, exist_ok=True)


def clear_file(path: Path) -> None:
    """Makes room for a folder where a file stands: it is laid aside. Raises OSError."""
    if path.is_file():
        path.rename(_aside(path))


def _aside(path: Path) -> Path:
    """A name beside ``path`` that nothing has."""
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))
