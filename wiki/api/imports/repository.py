"""A git repository that is imported, in a file or a folder: its history, and its files as they are.

::

    with open_repository(path) as sent:  # raises BadRequest, TooLarge
        for story in sent.commits():
            for move in story.files:  # move.after: what git calls its text then
                data = sent.read(move.after, 1_000_000)
"""

from wiki.imports.repository import SentRepository, is_repository, open_repository
from wiki.repository.span import CommitStory
