"""A booklet of 100 projects: from pages to a PDF, and how much memory that takes.

The reference, in the same run, is the same book made once more: pandoc and typst alone, without
reading pages, drawing blocks and preparing pictures.
"""

import importlib
import resource
import time
from collections.abc import Iterator

from bench.lines import Line, timed
from bench.worlds import world
from wiki.config import load_settings
from wiki.documents.write.exporter import make_document
from wiki.instance import close_instance, open_instance
from wiki.reading import Reader
from wiki.reading.lists import list_paths
from wiki.reading.pages import get_page

_PROJECTS = 100
_SECONDS, _MEGABYTES = 60.0, 500.0


def run() -> Iterator[Line]:
    """Time, then memory: the most of this process and of any program that it ran, together."""
    place = world(1000, 1000, search=False)
    instance = open_instance(load_settings(place.folder, environ={}))
    binding = importlib.import_module("wiki_plugins.booklets.binder")
    try:
        reader = Reader(instance)
        paths = [path for path in list_paths(reader, "projets/", 2000) if path.count("/") == 3]
        pages = [get_page(reader, path) for path in paths[:_PROJECTS]]
        begun = time.perf_counter()
        book = binding.bound(reader, pages)
        make_document(book, "pdf", seconds=_SECONDS)
        ours = time.perf_counter() - begun
        begun = time.perf_counter()
        make_document(book, "pdf", seconds=_SECONDS)
        bare = time.perf_counter() - begun
    finally:
        close_instance(instance)
    yield timed(f"A booklet of {len(pages)} projects", ours, bare, "pandoc and typst", _SECONDS)
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    most = sum(resource.getrusage(one).ru_maxrss for one in who) / 1024
    yield Line(
        "Memory for it",
        f"{most:.0f} MB",
        target=f"≤ {_MEGABYTES:.0f} MB",
        reached=most <= _MEGABYTES,
    )
