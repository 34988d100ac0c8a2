"""What one commit on top of a repository puts right, as it becomes a wiki."""

from wiki.errors import BadField
from wiki.pages.foreign.texts import read_foreign
from wiki.pages.head.changes import edit_head, plain_head
from wiki.pages.head.frontmatter import read_head
from wiki.parts.survey import Survey
from wiki.projections.pagespan import LARGEST
from wiki.repository.commit import commit
from wiki.repository.objects import WIKI_AUTHOR, decode
from wiki.repository.repository import Repository

_MESSAGE = "Pages mises en ordre à leur arrivée"


def mend(repository: Repository, found: Survey, *, texts: bool) -> int:
    """Commits what can be put right; how many pages were.

    Pages that other software would hide are closed, whether that is asked for or not: nothing is
    published by moving in. With ``texts``, heads that were read leniently are written as YAML, and
    marks of other programs as this wiki writes them.
    """
    closed = {file for file, _key in found.flagged}
    changes: dict[str, bytes | None] = {}
    for file in sorted(closed | set((*found.lenient, *found.foreign) if texts else ())):
        blob = repository.read(file, found.commit, LARGEST)
        if blob is None:
            continue
        text = decode(blob.data)
        mended = read_foreign(text, lambda *_lost: None) if texts else text
        try:
            mended = plain_head(mended) if texts else mended
            if file in closed and read_head(text).head.get("visibility") is None:
                mended = edit_head(mended, {"visibility": "team"})
        except BadField:
            pass  # its head cannot be changed: it closes the page, or says nothing
        if mended != text:
            changes[file] = mended.encode()
    if changes:
        commit(repository, found.commit, changes, WIKI_AUTHOR, _MESSAGE)
    return len(changes)
