"""A whole wiki of 10,000 needs beside 10,000 offers: all matched, one more need saved, and pages.

Texts are read by the real encoders. References, in the same run: the quick encoder alone in one
process, a tenth of the texts times ten; a bare Flask page.
"""

import importlib
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.lines import Line, timed
from bench.load import Browser
from bench.needy import NEEDS, a_need, needy_world
from bench.servers import Server, bare_flask, serving
from bench.worlds import FOLDER, World
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.meaning.encoding import Use
from wiki.pages.urls import page_url
from wiki.plugins import load_plugins

#: seconds: all of it from nothing, one more need, a page
_ALL, _ONE, _PAGE = 60.0, 1.0, 0.5
_PATIENCE = 900.0
_NEW = 5


def run() -> Iterator[Line]:
    """The command from nothing, then the wiki while it is served."""
    new = needy_world()
    alone = _encoder_alone()
    folder = FOLDER / "needs-from-nothing"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(new.folder, folder)
    command = [sys.executable, "-m", "wiki", "match", "--instance", str(folder)]
    begun, used = time.perf_counter(), _children()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    seconds, cpu = time.perf_counter() - begun, _children() - used
    shutil.rmtree(folder)
    yield timed(f"`wiki match`, {NEEDS:,} × {NEEDS:,}, nothing read before", seconds, alone,
                "the quick encoder alone", _ALL)  # fmt: skip
    yield Line("… its CPU time, all processes", f"{cpu:.1f} s", f"{alone:.1f} s")
    with bare_flask(workers=1) as bare:
        least = min(Browser(bare).get("/").seconds for _number in range(20))
    _match(new)
    with serving(new.folder, workers=1) as wiki:
        _settled(wiki, new)
        yield from _pages(wiki, new, least)
        yield from _saved(wiki, new, least)
        mine = max(wiki.memory(pid) for pid in wiki.workers()[:2])
        yield Line("Memory of a worker, 10,000 × 10,000 matched", f"{mine[0]:.0f} MB resident",
                   "", "", "≤ 150 MB", mine[0] <= 150)  # fmt: skip


def _encoder_alone() -> float:
    load_plugins()
    encoder = Use()
    texts = [f"{a_need(number)}\n{a_need(number + 1)}" for number in range(NEEDS // 5)]
    encoder.encode(texts[:1])
    begun = time.process_time()
    encoder.encode(texts)
    return (time.process_time() - begun) * 10


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _match(here: World) -> None:
    """Compares all that is not compared, by the quick encoder."""
    (here.folder / "wiki.toml").write_text('encoder = "use"\n', encoding="utf-8")
    instance = open_instance(load_settings(here.folder, environ={}))
    try:
        importlib.import_module("wiki_plugins.matching.pairs").pair_all(instance)
    finally:
        close_instance(instance)


def _settled(wiki: Server, here: World) -> None:
    """Waits until a save is matched: then what is held is held."""
    member = Browser(wiki)
    member.log_in()
    _one_more(member, here, 0)


def _pages(wiki: Server, here: World, least: float) -> Iterator[Line]:
    member = Browser(wiki)
    member.log_in()
    for what, url in (
        ("a project", page_url(here.pages[20])),
        ("a need", "/-/needs/b-00000084"),
        ("the queue", "/-/queue"),
        ("an account", "/-/account"),
        ("what fits me", "/-/matching"),
        ("the thesaurus", "/-/thesaurus"),
    ):
        yield timed(f"The first request of {what}", member.get(url).seconds, least, "bare Flask",
                    _PAGE)  # fmt: skip


def _saved(wiki: Server, here: World, least: float) -> Iterator[Line]:
    member = Browser(wiki)
    member.log_in()
    longest = max(_one_more(member, here, number) for number in range(1, _NEW + 1))
    yield timed(f"From a save to what fits it, longest of {_NEW}", longest, least, "bare Flask",
                _ONE)  # fmt: skip


def _one_more(member: Browser, here: World, number: int) -> float:
    """Saves a page with one more need; seconds until its own page shows what fits."""
    path = here.spaces[0]
    identity = f"b-{time.time_ns() // 1000 % 10**8:08d}"
    edit = f"/-/edit/{path}"
    base = member.read_form(edit)
    needs = f"- [ ] {a_need(NEEDS + number)} {{#{identity}}}"
    text = f"---\ntype: project\ntitle: Un projet\n---\n\n::: besoins\n{needs}\n\n:::\n"
    begun = time.perf_counter()
    saved = member.post(edit, text=text, base=base, message="Un besoin")
    if saved.status != 303:
        raise RuntimeError(f"{saved.status}: {saved.text[:500]}")
    while time.perf_counter() - begun < _PATIENCE:
        said = member.get(f"/-/needs/{identity}").text
        if 'id="fits-title"' in said:
            return time.perf_counter() - begun
        # Asking costs the server what it measures.
        time.sleep(0.1)
    raise TimeoutError("the need was not matched")
