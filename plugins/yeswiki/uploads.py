"""The files of a YesWiki: whose each is, what it was called, which is the newest (pure).

``Page_photo_20240102030405_20240102030405.jpg`` is ``photo.jpg`` of ``Page``, as it was sent on the
second day; a sign ``_`` at its end says that it is no picture. Entries name theirs in full.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from wiki.api.meaning import fold

_DATED = re.compile(
    r"(?P<stem>.+)_(?P<page>\d{14})_(?P<sent>\d{14})\.(?P<extension>[A-Za-z0-9]{1,10})_?"
)


@dataclass(frozen=True)
class Upload:
    """A file: ``stored`` is its name there, ``name`` what it is called, ``tag`` its page."""

    stored: str
    name: str
    tag: str
    sent: str = ""


class Uploads:
    """All files of a site; ``old`` are those of which a newer one is there."""

    def __init__(self, names: Iterable[str], tags: Iterable[str]) -> None:
        self._tags = {fold(tag): tag for tag in tags}
        self.all: dict[str, Upload] = {}
        self.old: list[str] = []
        self._attached: dict[tuple[str, str], Upload] = {}
        self._by_name: dict[str, Upload] = {}
        for name in sorted(names):
            self._add(name)

    def stored(self, name: str) -> Upload | None:
        """The file of that name in the folder."""
        return self.all.get(name) or self.all.get(name.replace(" ", "_"))

    def attached(self, name: str, page: str) -> Upload | None:
        """The file that a page calls so: its own, ``Other/name``, or one of that name."""
        owner, _slash, last = name.rpartition("/")
        key = fold(last.replace(" ", "_"))
        return (
            self._attached.get((fold(owner or page), key))
            or self.stored(last)
            or (self._by_name.get(key) if not owner else None)
        )

    def _add(self, stored: str) -> None:
        dated = _DATED.fullmatch(stored)
        stem = dated["stem"] if dated else stored
        tag = self._owner(stem)
        name = stem[len(tag) + 1 :] if tag else stem
        if dated:
            name = f"{name}.{dated['extension']}"
        upload = Upload(stored, name, tag, dated["sent"] if dated else "")
        self.all[stored] = upload
        key = (fold(tag), fold(name))
        before = self._attached.get(key)
        if before is not None and dated:
            if before.sent > upload.sent:
                self.old.append(stored)
                return
            self.old.append(before.stored)
        self._attached[key] = self._by_name[key[1]] = upload

    def _owner(self, stem: str) -> str:
        """The longest name of a page that a name of a file begins with."""
        at = len(stem)
        while (at := stem.rfind("_", 0, at)) > 0:
            if (tag := self._tags.get(fold(stem[:at]))) is not None:
                return tag
        return ""
