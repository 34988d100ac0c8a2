"""A document of someone's as a page: read, shown to them before anything is saved, then saved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from wiki.api.documents import ImportedDocument, take_document
from wiki.api.errors import BadField, NotFound
from wiki.api.jobs import wake
from wiki.api.pages.editing import attach_all, save
from wiki.api.paths import join, new_name
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_page, is_free
from wiki.api.translation import gettext

from .exporting import NAME
from .models import IMPORT, READY, WAITING, WorkRow
from .store import begin, drop, file_of, put_file

ORIGINAL, TAKEN = "original", "taken.json"
_PICTURES = "pictures"
#: what is read while one waits
_BYTES, _SECONDS = 3_000_000, 20.0


@dataclass(frozen=True)
class Draft:
    """What was read, and may be saved: ``text`` leads to ``pictures`` in ``folder``."""

    title: str
    text: str
    folder: str
    pictures: tuple[str, ...]
    told: tuple[str, ...]
    comments: tuple[str, ...]


def sent(reader: Reader, name: str, data: bytes, below: str) -> WorkRow:
    """A document that was sent: read at once where it is small. Raises what reading it does."""
    small = len(data) <= _BYTES
    taken = read_now(reader.instance, name, data, _SECONDS) if small else None
    values = {
        "kind": IMPORT,
        "path": below,
        "scope": "",
        "format": "",
        "name": name.replace("\\", "/").rpartition("/")[2][-200:],
    }
    row = begin(reader, values, READY if taken else WAITING)
    if taken:
        keep(reader.instance, row.id, taken)
    else:
        put_file(reader.instance, row.id, ORIGINAL, data)
        wake(reader.instance.settings, NAME, here=True)
    return row


def read_now(instance: Instance, name: str, data: bytes, seconds: float) -> ImportedDocument:
    """What the document says. Raises BadUpload, TooLarge, Unmade."""
    return take_document(instance.settings, name, data, seconds=seconds)


def keep(instance: Instance, key: str, taken: ImportedDocument) -> None:
    """Keeps what was read, for its owner."""
    for name, data in taken.pictures.items():
        put_file(instance, key, f"{_PICTURES}/{name}", data)
    said = {
        "title": taken.title,
        "text": taken.text,
        "folder": taken.folder,
        "pictures": list(taken.pictures),
        "told": [*dict.fromkeys(words for words, _detail in taken.remarks)],
        "comments": taken.comments,
    }
    put_file(instance, key, TAKEN, json.dumps(said).encode())


def draft_of(instance: Instance, key: str) -> Draft:
    """What was read. Raises NotFound where it is gone."""
    said = json.loads(file_of(instance, key, TAKEN))
    lists = {name: tuple(said[name]) for name in ("pictures", "told", "comments")}
    return Draft(said["title"], said["text"], said["folder"], **lists)


def picture_of(instance: Instance, key: str, name: str) -> bytes:
    """A picture of what was read. Raises NotFound."""
    if name not in draft_of(instance, key).pictures:
        raise NotFound(gettext("There is no such picture."))
    return file_of(instance, key, f"{_PICTURES}/{name}")


def proposed_path(reader: Reader, below: str, title: str) -> str:
    """A free address for the page."""
    return join(below, new_name(title, lambda name: not is_free(reader, join(below, name))))


def placed(text: str, draft: Draft, path: str) -> str:
    """``text`` with its pictures beside the page at ``path``, wherever it was to stand first."""
    folder = path.rpartition("/")[2]
    for name in draft.pictures:
        text = text.replace(f"]({draft.folder}/{name}", f"]({folder}/{name}")
    return text


def save_draft(reader: Reader, row: WorkRow, path: str, text: str) -> str:
    """Saves the page with its pictures, and forgets the document; returns its path.

    Doing it again after it broke in the middle does the rest. Raises BadField where a page stands
    there already, and what saving does.
    """
    draft = draft_of(reader.instance, row.id)
    whole = placed(text, draft, path)
    here = find_page(reader, path)
    if here is not None and here.text.strip() != whole.strip():
        words = gettext("There is a page at this address already: choose another.")
        raise BadField("path", words)
    used: Mapping[str, bytes] = {
        name: picture_of(reader.instance, row.id, name)
        for name in draft.pictures
        if f"/{name}" in whole
    }
    message = gettext("Imported “{name}”").format(name=row.name)
    save(reader, path, whole, reader.head, message)
    if used:
        attach_all(reader, path, used)
    drop(reader.instance, row.id)
    return path
