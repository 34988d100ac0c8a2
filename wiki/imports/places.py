"""Addresses for what comes: slugs of titles and names, each given once."""

from wiki.pages.paths import NAME_LENGTH, ROOT, alike, is_reserved
from wiki.pages.words import slug


class Places:
    """Gives each page and file of one import a place below ``into``; equal input, equal places."""

    def __init__(self, into: str = "") -> None:
        self.into = into
        self._taken: set[str] = set()

    def page(self, title: str, below: str = "") -> str:
        """A place for the page called ``title``, in ``below``: a place given before, or ``into``.

        Its slug; with ``-2`` and so on where that was given already.
        """
        return self._free(below or self.into, _stem(title) or "page", "")

    def file(self, name: str, below: str) -> str:
        """A place beside the page ``below`` for an attachment called ``name``."""
        stem, dot, extension = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
        if not dot:
            stem, extension = extension, ""
        return self._free(
            ROOT if below == ROOT else below,
            _stem(stem) or "file",
            f".{slug(extension)}" if slug(extension) else "",
        )

    def take(self, path: str) -> bool:
        """Notes a place that a source chose itself; False where it was given already."""
        key = alike(path)
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def _free(self, above: str, stem: str, ending: str) -> str:
        start = f"{above}/" if above else ""
        number = 1
        while True:
            name = (stem if number == 1 else f"{stem}-{number}") + ending
            if not is_reserved(name) and self.take(start + name):
                return start + name
            number += 1


def _stem(words: str) -> str:
    stem = slug(words)
    if len(stem) > NAME_LENGTH:
        stem = stem[:NAME_LENGTH].rpartition("-")[0] or stem[:NAME_LENGTH]
    return stem
