"""Pointers of Git LFS that others commit: to files that they may read, or have sent."""

from tempfile import TemporaryFile

from wiki.errors import BadUpload
from wiki.files.object_store import ObjectStore
from wiki.files.pointer import Pointer, is_like_pointer, read_pointer
from wiki.files.types import content_of, identify
from wiki.pages.paths import is_servable, owner_of
from wiki.reading import Reader
from wiki.repository.objects import EMPTY
from wiki.repository.reads.blobs import files_with
from wiki.translation import gettext as _


def check_pointer(reader: Reader, file: str, blob: str, data: bytes) -> bool:
    """Whether ``data``, the bytes of ``blob``, is a pointer that ``reader`` may commit as ``file``.

    That is one that stands, or once stood, beside a page that they may read now, or whose bytes
    they have sent, which are looked into as those of any file: whoever knows the sum of a file is
    not given the file for it. False for what is no pointer. Raises BadUpload, TooLarge,
    StorageFailed.
    """
    if not is_like_pointer(data):
        return False
    pointer, store = read_pointer(data), reader.instance.objects
    if pointer is not None and store is not None:
        if _stands(reader, blob):
            return True
        if isinstance(store, ObjectStore) and reader.person is not None:
            if store.has_sent(pointer, reader.person.id):
                _accept(reader, store, file, pointer, reader.person.id)
                return True
            raise BadUpload(
                _(
                    "this is a note of Git LFS that stands for a file, which the wiki was not"
                    " given. Send the file first: git lfs push origin main, then git push."
                )
            )
    raise BadUpload(
        _(
            "this is a note of Git LFS that stands for a file, which the wiki was not given."
            " Commit the file itself: git lfs untrack, git add --renormalize, git commit."
        )
    )


def _stands(reader: Reader, blob: str) -> bool:
    repository = reader.instance.repository
    head = repository.head()
    found = files_with(repository.folder, blob, head) if head != EMPTY else set()
    # A page may be written so that its text is a pointer: that makes nobody's file theirs.
    files = {file for file in found if not file.endswith(".md") and is_servable(file)}
    return any(reader.may_read(owner_of(file)) for file in files)


def _accept(reader: Reader, store: ObjectStore, file: str, pointer: Pointer, by: str) -> None:
    """Keeps the bytes, and reads them as they are kept: what they are must fit the file's name."""
    store.accept(pointer, by)
    with TemporaryFile() as copy:
        copy.writelines(store.stream(pointer))
        with content_of(copy) as content:
            identify(file, content, max_bytes=reader.instance.settings.max_upload)
