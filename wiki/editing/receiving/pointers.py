"""Pointers of Git LFS that others commit: to files that they may read, and no others."""

from wiki.errors import BadUpload
from wiki.files.pointer import is_like_pointer, read_pointer
from wiki.pages.paths import is_servable, owner_of
from wiki.reading import Reader
from wiki.repository.objects import EMPTY
from wiki.repository.reads.blobs import files_with
from wiki.translation import gettext as _


def check_pointer(reader: Reader, blob: str, data: bytes) -> bool:
    """Whether ``data``, the bytes of ``blob``, is a pointer that ``reader`` may commit.

    That is one that stands, or once stood, beside a page that they may read now: whoever knows the
    sum of a file is not given the file for it. False for what is no pointer. Raises BadUpload.
    """
    if not is_like_pointer(data):
        return False
    if read_pointer(data) is not None and reader.instance.objects is not None:
        repository = reader.instance.repository
        head = repository.head()
        found = files_with(repository.folder, blob, head) if head != EMPTY else set()
        # A page may be written so that its text is a pointer: that makes nobody's file theirs.
        files = {file for file in found if not file.endswith(".md") and is_servable(file)}
        if any(reader.may_read(owner_of(file)) for file in files):
            return True
    raise BadUpload(
        _(
            "this is a note of Git LFS that stands for a file, which the wiki was not given."
            " Commit the file itself: git lfs untrack, git add --renormalize, git commit."
        )
    )
