"""Real browsers that write in one page by way of nginx, at a node that hangs, and wakes."""

import os
import signal
import sys
from collections import Counter
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Site as Journey
from tests.journeys.browsing import Watched
from tests.journeys.conftest import browsers
from tests.nodes.conftest import git_host, given  # noqa: F401 - fixtures
from tests.people.conftest import SERVER
from wiki.people.accounts import add_person

from .test_browser import agree, eventually, type_after
from .test_front import Site, _saved, site  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server"),
    pytest.mark.timeout(900),
]
#: seconds: what gives a node up goes by seconds, within which a busy machine answers at some tries
_MOVED = 240


def test_who_writes_where_a_node_hangs_goes_on_at_another(
    site: Site,  # noqa: F811
    chromium: Any,
) -> None:
    for name in ("awa", "marc"):
        add_person(site.instance.private, email=f"{name}@example.org", name=name.capitalize())
    journey = Journey(f"http://127.0.0.1:{site.front.port}", site.instance)
    with ExitStack() as stack:
        # Shown where the test fails: which node was asked for what, and how each answered.
        stack.callback(lambda: sys.stdout.write("\n".join(site.front.lines()[-80:])))
        browse = stack.enter_context(browsers(chromium, journey))
        awa, marc = (_at_the_page(browse().log_in(name)) for name in ("awa", "marc"))
        # What its own scripts say of a connection that is cut is no fault.
        for one in (awa, marc):
            stack.callback(one.faults.clear)
        type_after(awa, "Une page", " Awa-avant")
        agree(awa, marc, on="Awa-avant")
        _kept(awa, marc)
        which = site.place()
        hung = site.servers[which].process.pid
        os.killpg(hung, signal.SIGSTOP)
        stack.callback(os.killpg, hung, signal.SIGCONT)
        type_after(awa, "Awa-avant", " Awa-pendant")
        type_after(marc, "Une page", " Marc-pendant")
        agree(awa, marc, on="Awa-pendant Marc-pendant", seconds=_MOVED)
        _kept(awa, marc)
        # It wakes with what it was told before; they go on where they are, or come back to it.
        os.killpg(hung, signal.SIGCONT)
        type_after(marc, "Marc-pendant", " Marc-après")
        type_after(awa, "Awa-pendant", " Awa-après")
        agree(awa, marc, on="Awa-après Marc-après", seconds=_MOVED)
        _kept(awa, marc)
        words = "# Une page Marc-pendant Marc-après Awa-avant Awa-pendant Awa-après"
        awa.page.click("form[data-editor] button[type=submit]:not([name])")
        awa.page.wait_for_url(f"{journey.url}/dossier/page")
        eventually(lambda: Counter(_saved(site.instance).split()) == Counter(words.split()))


#: on loopback a browser is told the port of the node that it asked, elsewhere that of nginx
_BY_NGINX = """
window.WebSocket = class extends WebSocket {
  constructor(url) { super(`ws://${location.host}${new URL(url).pathname}${new URL(url).search}`); }
};
"""


def _at_the_page(writer: Watched) -> Watched:
    writer.page.set_default_timeout(60_000)
    writer.page.add_init_script(_BY_NGINX)
    writer.goto("/-/edit/dossier/page")
    writer.page.wait_for_selector("form[data-live=yes]")
    return writer


def _kept(*writers: Watched) -> None:
    for one in writers:
        expect(one.page.locator("[data-saved]")).to_have_text("Gardé", timeout=60_000)
