"""Commits: who wrote what when, merges of three texts, imports of other histories.

::

    for change in page_changes(repository, span):  # pages that differ between two commits
        ...
    newest = list_history(reader, path, limit=1)
    merged = merge(base, mine, theirs)
"""

from wiki.merging.merge import MergedLines, merge
from wiki.merging.subsequence import shared_ends
from wiki.projections.pagespan import page_changes
from wiki.reading.history import (
    get_creation_times,
    get_origins,
    get_times,
    knows_commit,
    list_history,
    list_recent_changes,
    list_recent_changes_in,
)
from wiki.repository.commit import commit
from wiki.repository.objects import WIKI_AUTHOR, Author
from wiki.repository.span import Span
