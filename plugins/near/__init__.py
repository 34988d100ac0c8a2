"""Near: what the wiki already holds that is near a text, with reasons in words.

Adds the hook ``near`` for every plugin that has a text to compare.
"""

from collections.abc import Sequence

from wiki.api import Fit, Reader, TableProjection, Task, hookimpl

from .finding import near_text
from .reading import TASK, read_new
from .shelf import Shelf


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf()]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(TASK, read_new, follows=True)]


@hookimpl
def near(text: str, reader: Reader, types: Sequence[str], limit: int) -> Sequence[Fit]:
    return near_text(reader, text, types, limit)
