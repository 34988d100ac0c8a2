"""Bodies that were rendered before, under keys that name all that they depend on.

Nothing is ever invalidated: what changes is in the key. A body that asked nobody is found by its
text alone; one that asked about other pages also by head and audience; one that looked at the date
also by the day; one with private rows in it also by the site generation.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from wiki.pages.page import Page
from wiki.rendering.context import RenderContext, Rendered
from wiki.rendering.pipeline import render
from wiki.translation import language

#: characters of HTML that are kept in one process
MAX_CHARACTERS = 16_000_000
#: bodies that are known to have been cut by the clock
MAX_HURRIED = 200


class BodyCache:
    """Bodies of one process, the last used ones; safe to share between threads."""

    def __init__(self, max_characters: int = MAX_CHARACTERS) -> None:
        self._max = max_characters
        self._characters = 0
        self._lock = threading.Lock()
        self._bodies: OrderedDict[Hashable, Rendered] = OrderedDict()
        #: under their keys, those that the clock has cut once: what is asked first, such as a
        #: projection that catches up, takes longer than it does afterwards
        self._hurried: OrderedDict[Hashable, None] = OrderedDict()
        #: text → what its last rendering depended on
        self._depends: OrderedDict[Hashable, frozenset[str]] = OrderedDict()

    def render(
        self,
        page: Page,
        context: RenderContext,
        *,
        head: str,
        audience: frozenset[str],
        generation: bytes = b"",
    ) -> Rendered:
        """The body of ``page`` for an ``audience``, as of ``head``; as ``pipeline.render``.

        ``generation`` was read before any private row is.
        """
        shown_to = (language(), context.may_edit, context.own, context.skips_empty)
        text = (page.blob or page.text, page.path, context.file, *shown_to)
        wider = (head, audience, context.today, generation)
        with self._lock:
            depends = self._depends.get(text)
            found = self._found(_key(text, depends, wider)) if depends is not None else None
        if found is not None:
            return found
        rendered = render(page.document, context)
        key = _key(text, rendered.depends, wider)
        with self._lock:
            if rendered.lasting or (rendered.hurried and self._was_hurried(key)):
                self._keep(text, key, rendered)
        return rendered

    def _was_hurried(self, key: Hashable) -> bool:
        if key in self._hurried:
            return True
        self._hurried[key] = None
        while len(self._hurried) > MAX_HURRIED:
            self._hurried.popitem(last=False)
        return False

    def _found(self, key: Hashable) -> Rendered | None:
        if key in self._bodies:
            self._bodies.move_to_end(key)
        return self._bodies.get(key)

    def _keep(self, text: Hashable, key: Hashable, rendered: Rendered) -> None:
        if key in self._bodies:
            return
        self._bodies[key] = rendered
        self._depends[text] = rendered.depends
        self._depends.move_to_end(text)
        self._characters += len(rendered.html)
        while self._characters > self._max:
            self._characters -= len(self._bodies.popitem(last=False)[1].html)
        while len(self._depends) > 2 * len(self._bodies) + 100:
            self._depends.popitem(last=False)


def _key(
    text: Hashable,
    depends: frozenset[str],
    wider: tuple[Hashable, Hashable, Hashable, Hashable],
) -> Hashable:
    head, audience, day, generation = wider
    asked = (head, audience) if "head" in depends else ()
    return (
        text,
        asked,
        day if "day" in depends else None,
        generation if "private" in depends else None,
    )
