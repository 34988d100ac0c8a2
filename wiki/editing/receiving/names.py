"""Which files a commit of someone else's may hold: kinds, names, and no two names for one file."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

from wiki.config.public import is_public_file
from wiki.pages.foreign.names import markdown_name
from wiki.pages.paths import alike, files_of, is_servable, names_in, page_of
from wiki.translation import gettext as _

_FILE = b"100644"
_LINK = b"120000"
_MODULE = b"160000"
_PROGRAM = b"100755"


def fault_of_mode(mode: bytes) -> str:
    """Why no entry of this mode can be taken; "" where it can."""
    if mode == _FILE:
        return ""
    if mode == _LINK:
        return _("symbolic links are not taken; put the file itself there.")
    if mode == _MODULE:
        return _("submodules are not taken; put the files themselves there.")
    if mode == _PROGRAM:
        return _("executable files are not taken; run git update-index --chmod=-x on it.")
    return _("this is no ordinary file.")


def fault_of_name(file: str) -> str:
    """Why the wiki could not serve, or use, a file of this name; "" where it could."""
    if is_public_file(file):
        return ""
    if any("\ud800" <= char <= "\udfff" for char in file):
        return _("the name of this file is not written in UTF-8.")
    parts = file.split("/")
    if parts[-1].lower() == ".gitattributes":
        return _(
            "a file of this name could harm those who clone the wiki. Put its lines into"
            " .git/info/attributes of your clone, and take the file out of the commit."
        )
    if any(part.lower().startswith(".git") or part in (".", "..") for part in parts):
        return _("a file of this name could harm those who clone the wiki.")
    if any(unicodedata.category(char) in ("Cc", "Cf") for char in file):
        return _("the name of this file holds characters that cannot be seen.")
    if not unicodedata.is_normalized("NFC", file):
        return _("the accents in the name of this file are not encoded as everywhere else (NFC).")
    if (name := markdown_name(file)) and name != file:
        words = _("the name of a page ends with .md: git mv {old} {new}")
        return words.format(old=readable(file), new=readable(name))
    if not is_servable(file):
        return _("no page or file of the wiki can have this name.")
    return ""


def other_file(file: str) -> str | None:
    """The other file that could hold the same page; None where there is none."""
    path = page_of(file)
    return next((name for name in files_of(path) if name != file), None) if path else None


def readable(file: str) -> str:
    """``file`` for a terminal: what would steer it, or cannot be seen, is a question mark."""
    return "".join(char if char.isprintable() else "?" for char in file)[:200]


class Names:
    """The names of one commit's files and folders, as a Mac or Windows sees them."""

    def __init__(self, files: Iterator[str]) -> None:
        self._seen: dict[str, Counter[str]] = {}
        for file in files:
            self.add(file)

    def add(self, file: str) -> str | None:
        """Notes a file that came; returns a name taken for one that is new with it, if there is.

        What stood beside each other before goes on.
        """
        clash = None
        for name in names_in(file):
            names = self._seen.setdefault(alike(name), Counter())
            names[name] += 1
            if names[name] == 1 and len(names) > 1 and clash is None:
                clash = next(other for other in names if other != name)
        return clash

    def remove(self, file: str) -> None:
        """Notes a file that went."""
        for name in names_in(file):
            key = alike(name)
            names = self._seen.get(key, Counter())
            names[name] -= 1
            if names[name] <= 0:
                del names[name]
            if not names:
                self._seen.pop(key, None)
