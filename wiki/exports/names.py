"""Names of files that every system holds: Windows, a Mac, a ZIP, an old memory stick (pure).

Names of the wiki are safe to serve, and yet two of them may differ in capitals alone, or hold what
Windows refuses. Such a one gets a name of its own here; all others stay as they are.
"""

import re
import unicodedata
from hashlib import sha256

from wiki.pages.paths import alike

#: bytes of one name, ending and number included; characters of a whole path (Windows knows 260)
_NAME, _PATH = 150, 200
#: where what lies too deep is put
_DEEP = "_deep"
_REFUSED = re.compile(r'[<>:"|?*\\/\x00-\x1f\x7f]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:[. ].*)?", re.I)


class Names:
    """Gives each file of an export its name; the same for the same, and never one twice."""

    def __init__(self) -> None:
        #: what tells a name from others → what has it
        self._taken: dict[str, str] = {}
        self._folders: dict[str, str] = {"": ""}
        #: (as it was, as it is) of those that could not stay
        self.renamed: list[tuple[str, str]] = []

    def reserve(self, name: str) -> str:
        """``name``, which is of the export itself, or one like it where it is taken."""
        return self._free("", name, f"own:{name}")

    def file(self, original: str, wanted: str = "") -> str:
        """The name for the file ``original``, which is to be called ``wanted`` ("": as it was)."""
        wanted = wanted or original
        folder, _slash, last = wanted.rpartition("/")
        name = self._free(self._folder(folder), last, f"file:{original}")
        if len(name) > _PATH:
            digest = sha256(original.encode()).hexdigest()[:16]
            name = self._free(_DEEP, f"{digest}-{last[-60:]}", f"file:{original}")
        if name != wanted:
            self.renamed.append((wanted, name))
        return name

    def _folder(self, original: str) -> str:
        if (known := self._folders.get(original)) is None:
            above, _slash, last = original.rpartition("/")
            known = self._free(self._folder(above), last, f"folder:{original}")
            self._folders[original] = known
        return known

    def _free(self, folder: str, last: str, owner: str) -> str:
        stem, dot, ending = last.rpartition(".")
        if not stem or len(ending) > 10:
            stem, dot, ending = last, "", ""
        stem, number = _held(stem, bool(dot)), 1
        while True:
            mark = f"-{number}" if number > 1 else ""
            room = _NAME - len(f"{mark}{dot}{ending}".encode())
            name = f"{_cut(stem, room)}{mark}{dot}{_held(ending, False) if dot else ''}"
            whole = f"{folder}/{name}" if folder else name
            if self._taken.setdefault(alike(whole), owner) == owner:
                return whole
            number += 1


def _held(name: str, goes_on: bool) -> str:
    """``name`` as systems of files hold it; ``goes_on``: an ending follows."""
    name = _REFUSED.sub("-", unicodedata.normalize("NFC", name))
    name = name.lstrip(" ") if goes_on else name.strip(" ").rstrip(". ")
    if not name:
        return "_"
    return f"{name}_" if _DEVICE.fullmatch(name) else name


def _cut(stem: str, room: int) -> str:
    raw = stem.encode("utf-8", "replace")
    if len(raw) <= room:
        return raw.decode()
    # Two long names that begin alike stay apart, and say the same each time.
    digest = sha256(raw).hexdigest()[:8]
    return raw[: room - 9].decode("utf-8", "ignore").rstrip(". ") + f"-{digest}"
