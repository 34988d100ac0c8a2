"""Paths of pages, and the addresses of what is shown.

::

    path = normalise(raw)  # as typed; raises NotFound where no page can have it
    page_url(path), action_url("poll", path, {"year": 2027})  # /projets/serre, /-/poll/projets/…
    file_url("projets/serre/plan.png")
    asset("poll-form.js")  # a script of yours, with its digest
"""

from wiki.jinja import asset
from wiki.pages.paths import join, new_name, normalise, title_from_path
from wiki.pages.urls import action_url, file_url, page_url
from wiki.pages.words import slug

# fmt: off
__all__ = [
    "action_url", "asset", "file_url", "join", "new_name", "normalise", "page_url", "slug",
    "title_from_path",
]
# fmt: on
