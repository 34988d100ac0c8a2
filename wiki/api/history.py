"""Commits: who wrote what when, merges of three texts, imports of other histories.

::

    for change in page_changes(repository, span):  # pages that differ between two commits
        ...
    merged = merge(base, mine, theirs)
"""

from wiki.merging.merge import MergedLines, merge
from wiki.merging.subsequence import shared_ends
from wiki.projections.pagespan import page_changes
from wiki.repository.commit import commit
from wiki.repository.credits import WIKI_AUTHOR
from wiki.repository.importing import stream_commits
from wiki.repository.objects import Author
from wiki.repository.span import Span

# fmt: off
__all__ = [
    "WIKI_AUTHOR", "Author", "MergedLines", "Span", "commit", "merge", "page_changes",
    "shared_ends", "stream_commits",
]
# fmt: on
