"""What an earlier import of the same source brought, as the commits on the branch say it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from wiki.pages.paths import page_of
from wiki.repository.importing import imported_states
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.repository.span import Span


@dataclass
class Earlier:
    """The keys that are on the branch, and the places that nobody but an import changed last."""

    keys: set[str] = field(default_factory=set)
    untouched: set[str] = field(default_factory=set)


def find_earlier(
    repository: Repository, head: str, source: str, places: Collection[str]
) -> Earlier:
    """Walks the history up to ``head``; of ``places``, pages' paths and attachments' files."""
    found = Earlier()
    for story in Span(repository, EMPTY, head).commits():
        states = imported_states(story.commit.message, story.commit.author_mail)
        keys = [key for name, key in states if name == source]
        found.keys.update(keys)
        for move in story.files:
            place = page_of(move.file) or move.file
            if place in places:
                (found.untouched.add if keys else found.untouched.discard)(place)
    return found
