"""Whose the commits of a repository are."""

from pathlib import Path

from wiki.repository.objects import EMPTY, Author
from wiki.repository.process import STREAM_TIME, run

#: commits that are looked at: a new wiki has as many as pages
_MOST = 1000


def is_all_of(folder: Path, head: str, author: Author) -> bool:
    """Whether each commit to ``head`` is of ``author``, and there are as few as in a new wiki."""
    if head == EMPTY:
        return True
    asked = ("log", f"--max-count={_MOST}", "--format=%ae", "--end-of-options", head)
    _status, said = run(folder, *asked, timeout=STREAM_TIME)
    mails = said.splitlines()
    return len(mails) < _MOST and set(mails) == {author.mail.encode()}
