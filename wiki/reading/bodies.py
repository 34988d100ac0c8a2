"""Bodies of pages, kept by their text: for all readers where nobody was asked, else by audience."""

from collections.abc import Hashable

from wiki.cache.store import Cache
from wiki.cache.topics import HEAD, note, noting
from wiki.pages.page import Page
from wiki.rendering.context import RenderContext, Rendered
from wiki.rendering.pipeline import render
from wiki.translation import language


def kept_body(
    cache: Cache, page: Page, context: RenderContext, audience: frozenset[str]
) -> Rendered:
    """The body of ``page`` for an ``audience``, as ``pipeline.render``, or as it was kept."""
    shown_to = (language(), context.may_edit, context.own, context.skips_empty)
    text = ("body", page.blob or page.text, page.path, context.file, *shown_to)
    for key in (text, (*text, audience)):
        if (found := cache.find(key)) is not None:
            return found  # type: ignore[no-any-return]
    begun = cache.begin()
    with noting() as topics:
        rendered = render(page.document, context)
    if not rendered.lasting:
        note((HEAD,))
    key = (*text, audience) if rendered.asked else text
    if rendered.lasting or (rendered.hurried and _was_hurried(cache, key)):
        cache.keep(key, rendered, len(rendered.html), cache.finish(begun, topics))
    return rendered


def _was_hurried(cache: Cache, key: Hashable) -> bool:
    """Whether the clock has cut it before: what is asked first, such as a projection that catches
    up, takes longer than it does afterwards."""
    again = cache.find(("hurried", key)) is not None
    cache.keep(("hurried", key), True, 0, cache.finish(cache.begin(), ()))
    return again
