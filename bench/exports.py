"""A site of 5,000 pages taken along in each form: how long it takes, and how much memory.

The reference, in the same run, is the layout of the same pages alone: what is written of them is
thrown away.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.lines import Line, timed
from bench.worlds import world
from wiki.config import load_settings
from wiki.exports import FORM_NAMES
from wiki.exports.contents import contents_of, read_pages
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.page import Page
from wiki.reading import Reader
from wiki.reading.html import render_body
from wiki.repository.objects import decode

_PAGES = 5_000
_SECONDS, _MEGABYTES = 120.0, 400.0
_CHILD = r"""
import re, sys, time
from pathlib import Path
from wiki.config import load_settings
from wiki.exports.forms import write_export
from wiki.exports.target import target_at
from wiki.instance import close_instance, open_instance
from wiki.reading import Reader
instance = open_instance(load_settings(Path(sys.argv[1]), environ={}))
begun = time.perf_counter()
with target_at(Path(sys.argv[3])) as target:
    write_export(Reader(instance), sys.argv[2], target)
seconds = time.perf_counter() - begun
close_instance(instance)
most = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
print(seconds, int(most[1]) / 1024)
"""


def run() -> Iterator[Line]:
    """Each form in a process of its own, as the task makes it; then layout alone."""
    place = world(_PAGES, _PAGES)
    instance = open_instance(load_settings(place.folder, environ={}))
    try:
        bare = _laid_out(instance)
    finally:
        close_instance(instance)
    with tempfile.TemporaryDirectory() as folder:
        for form in FORM_NAMES:
            file = Path(folder) / f"{form}.zip"
            asked = [sys.executable, "-c", _CHILD, str(place.folder), form, str(file)]
            said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
            seconds, most = map(float, said.split())
            size = file.stat().st_size / 1e6
            name = f"{_PAGES:,} pages as {form} ({size:.0f} MB)"
            yield timed(name, seconds, bare, "layout alone", _SECONDS)
            yield Line(
                "… memory",
                f"{most:.0f} MB",
                target=f"≤ {_MEGABYTES:.0f} MB",
                reached=most <= _MEGABYTES,
            )


def _laid_out(instance: Instance) -> float:
    reader = Reader(instance)
    begun = time.perf_counter()
    for one, data in read_pages(reader, contents_of(reader).pages):
        render_body(reader, Page(one.path, one.file, decode(data), reader.commit, one.blob))
    return time.perf_counter() - begun
