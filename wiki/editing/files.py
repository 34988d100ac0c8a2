"""Attachments: files beside a page, checked by their content."""

from wiki.config import Settings
from wiki.editing.rights import author_of, check_may_edit
from wiki.errors import BadUpload, NotFound
from wiki.files.images import cleaned
from wiki.files.types import identify
from wiki.pages.paths import folder_of, join, owner_of
from wiki.pages.words import slug
from wiki.reading import Reader
from wiki.repository.writing import commit
from wiki.translation import gettext as _


def attach(reader: Reader, path: str, name: str, data: bytes) -> str:
    """Puts ``data`` beside the page ``path``; returns the file that it became.

    A name that is taken gets a number. Raises TooLarge, BadUpload, and what ``rights`` raises.
    """
    name, data = checked_upload(reader.instance.settings, name, data)
    stem, _dot, extension = name.rpartition(".")
    repository = reader.instance.repository
    with repository.lock():
        reader = reader.renewed()
        check_may_edit(reader, path)
        reader.page(path)
        file = _free(reader, path, stem, extension)
        commit(
            repository,
            reader.head,
            {file: data},
            author_of(reader),
            _("Attached {name}").format(name=file.rpartition("/")[2]),
        )
    repository.maintain()
    return file


def checked_upload(settings: Settings, name: str, data: bytes) -> tuple[str, bytes]:
    """A safe name for the file, and its bytes as they may be kept. Raises TooLarge, BadUpload."""
    stem, extension = _split(name)
    kind = identify(f"{stem}.{extension}", data, max_bytes=settings.max_upload)
    if kind.picture:
        # Without what a camera writes into it: the place, the device, the hour.
        data = cleaned(data, kind, max_pixels=settings.max_pixels)
    return f"{stem}.{extension}", data


def detach(reader: Reader, file: str) -> None:
    """Removes an attachment; its content stays in the history. Raises NotFound."""
    repository = reader.instance.repository
    with repository.lock():
        reader = reader.renewed()
        check_may_edit(reader, owner_of(file))
        if repository.blob_id(file, reader.head) is None or file.endswith(".md"):
            raise NotFound(_("There is no such file."))
        commit(
            repository,
            reader.head,
            {file: None},
            author_of(reader),
            _("Removed {name}").format(name=file.rpartition("/")[2]),
        )


def _split(name: str) -> tuple[str, str]:
    """A safe stem and extension; a browser may send a whole path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, extension = last.rpartition(".")
    if not dot:
        raise BadUpload(_("This file has no extension: it cannot be told what it is."))
    return slug(stem) or "fichier", slug(extension)


def _free(reader: Reader, path: str, stem: str, extension: str) -> str:
    folder = folder_of(path) or "index"
    for number in range(1, 1000):
        name = f"{stem}.{extension}" if number == 1 else f"{stem}-{number}.{extension}"
        file = join(folder, name)
        if reader.instance.repository.blob_id(file, reader.head) is None:
            return file
    raise BadUpload(_("There are too many files of this name here."))
