"""Attachments: files beside a page, checked by their content.

Where a large one is kept elsewhere, it is there before the commit that points to it.
"""

import re
from collections.abc import Mapping
from io import BytesIO

from wiki.config import Settings
from wiki.editing.quotas import count_added
from wiki.editing.rights import (
    author_of,
    check_may_edit,
    check_told_apart,
)
from wiki.editing.save import change_page
from wiki.editing.write_queue import write_turn
from wiki.errors import AlreadyExists, BadUpload, NotFound
from wiki.files.object_store import ObjectStore
from wiki.files.pictures import clean_upload
from wiki.files.types import Content, by_name, identify
from wiki.pages.head.frontmatter import read_head
from wiki.pages.lines import split_lines
from wiki.pages.page import Page
from wiki.pages.paths import folder_of, join, owner_of
from wiki.pages.urls import file_url
from wiki.pages.words import slug
from wiki.reading import Reader
from wiki.reading.files import file_of
from wiki.reading.pages import find_twin, get_page
from wiki.repository.commit import Change, commit
from wiki.translation import gettext as _
from wiki.translation import ngettext

#: what would end the words of a picture too early
_NOT_IN_LINKS = re.compile(r"[\[\]\\\x00-\x1f]+")


def attach(reader: Reader, path: str, name: str, data: Content) -> str:
    """Puts ``data`` beside the page ``path``; returns the file that it became.

    A name that is taken gets a number. Raises TooLarge, BadUpload, TooMany, StorageFailed, and what
    ``rights`` raises.
    """
    check_may_edit(reader, path)
    name, data = _checked(reader.instance.settings, name, data)
    added = _kept(reader, data)
    stem, _dot, extension = name.rpartition(".")
    with write_turn(reader.instance):
        reader = reader.renewed()
        check_may_edit(reader, path)
        get_page(reader, path)
        file = _free(reader, path, stem, extension)
        commit(
            reader.instance.repository,
            reader.head,
            {file: added},
            author_of(reader),
            _("Attached {name}").format(name=file.rpartition("/")[2]),
        )
    return file


def show_picture(reader: Reader, path: str, name: str, description: str) -> None:
    """Writes the picture ``name``, which lies beside the page, into its text.

    It stands below the first paragraph; without one, at the beginning. Raises NotFound where there
    is no such picture, and what ``save`` does.
    """
    reader = reader.renewed()
    # Before anything is looked for: what lies beside a page, or below it, is not told to others.
    check_may_edit(reader, path)
    file = join(folder_of(path) or "index", name)
    there = "/" not in name and reader.instance.repository.blob_id(file, reader.head)
    if not by_name(name).picture or not there:
        raise NotFound(_("There is no such picture beside this page."))
    words = " ".join(_NOT_IN_LINKS.sub(" ", description).split())
    shown = f"![{words}]({file_url(file)})\n"

    def placed(page: Page) -> str:
        lines = split_lines(page.text)
        at = _below_first_paragraph(page)
        before, after = "".join(lines[:at]).rstrip("\n"), "".join(lines[at:]).lstrip("\n")
        picture = shown + (f"\n{after}" if after else "")
        return f"{before}\n\n{picture}" if before else picture

    change_page(reader, path, placed, _("Showed {name} in the page").format(name=name))


def _below_first_paragraph(page: Page) -> int:
    """The line, counted from 0, before which a picture stands."""
    for token in page.document.tokens:
        if token.type == "paragraph_open" and token.level == 0 and token.map:
            return token.map[1]
        if token.type == "heading_open" and token.tag != "h1" and token.map:
            return token.map[0]
    return read_head(page.text).body_line


def attach_all(reader: Reader, path: str, files: Mapping[str, bytes]) -> None:
    """Puts ``files``, checked already, beside the page under their names, in one commit.

    One that is there as it is stays. Raises AlreadyExists where another file has a name, TooLarge,
    TooMany, and what ``rights`` raises.
    """
    check_may_edit(reader, path)
    kept = {name: _kept(reader, data) for name, data in files.items()}
    with write_turn(reader.instance):
        reader = reader.renewed()
        check_may_edit(reader, path)
        get_page(reader, path)
        changes: dict[str, Change] = {}
        for name, data in kept.items():
            file = join(folder_of(path) or "index", name)
            there = reader.instance.repository.blob_id(file, reader.head)
            if there is not None and file_of(reader, there).read() != files[name]:
                raise AlreadyExists(_("There is another file called {name}.").format(name=name))
            if there is None:
                check_told_apart(reader, file)
                changes[file] = data
        if changes:
            words = ngettext("Attached a picture", "Attached {count} pictures", len(changes))
            message = words.format(count=len(changes))
            commit(reader.instance.repository, reader.head, changes, author_of(reader), message)


def _kept(reader: Reader, data: Content) -> bytes:
    """What git is given of ``data``: a pointer where it is large, and kept elsewhere by now."""
    store, size = reader.instance.objects, len(data)
    if not isinstance(store, ObjectStore) or size <= reader.instance.settings.object_store_above:
        count_added(reader, size)
        return data[:]
    count_added(reader, size, beside=True)
    return store.put(BytesIO(data) if isinstance(data, bytes) else data).text


def checked_upload(settings: Settings, name: str, data: bytes) -> tuple[str, bytes]:
    """A safe name for the file, and its bytes as they may be kept.

    Raises TooLarge, BadUpload; TooMany where many pictures are read just now.
    """
    name, content = _checked(settings, name, data)
    return name, content[:]


def _checked(settings: Settings, name: str, data: Content) -> tuple[str, Content]:
    stem, extension = _split(name)
    kind = identify(f"{stem}.{extension}", data, max_bytes=settings.max_upload)
    if kind.picture:
        # Without what a camera writes into it: the place, the device, the hour.
        data = clean_upload(settings, data[:], kind)
    return f"{stem}.{extension}", data


def detach(reader: Reader, file: str) -> None:
    """Removes an attachment; its content stays in the history. Raises NotFound."""
    with write_turn(reader.instance):
        reader = reader.renewed()
        check_may_edit(reader, owner_of(file))
        if reader.instance.repository.blob_id(file, reader.head) is None or file.endswith(".md"):
            raise NotFound(_("There is no such file."))
        commit(
            reader.instance.repository,
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
        there = reader.instance.repository.blob_id(file, reader.head)
        if there is None and find_twin(reader, file) is None:
            return file
    raise BadUpload(_("There are too many files of this name here."))
