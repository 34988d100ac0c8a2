"""Three nodes, eight writers and fifty readers; one is killed, one cut off, PostgreSQL restarted.

    python -m bench cluster                          two minutes
    python -m bench.cluster --minutes 0.5 --index files

Real ``wiki serve`` processes, a PostgreSQL of the run's own, a repository by ``git http-backend``
behind nginx, another nginx before all (``machines.py``); who is there: ``crowd.py``. What was
acknowledged is looked up in the shared repository at the end. Reference of the same run: one node
alone with SQLite. What each node said, and nginx, is kept in a folder of the run's own
(``carrefour-cluster/TIME`` in the temporary folder); what went wrong is printed, too (``woes.py``).
"""

import argparse
import os
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from http.client import HTTPException
from pathlib import Path
from threading import Thread

from bench.cluster_lines import Ran, lines, number_of
from bench.crowd import Crowd, Post, Told
from bench.lines import Line
from bench.load import Browser, Storm, storm
from bench.machines import NODES, PAGES, Cluster, Front, Node, alone, cluster, log_in, until
from bench.servers import Server
from bench.woes import woes
from bench.worlds import email
from wiki.pages.urls import action_url, page_url

MINUTES = 2.0
#: when it happens, as parts of the whole
_KILL, _START, _SILENT, _CUT, _HEAL, _RESTART = 0.15, 0.25, 0.40, 0.48, 0.56, 0.75
_ALONE = 40
_SECONDS = 4
#: who asks each node at a rate that is far from all it can, and milliseconds between two requests
_ASKERS, _REST = 8, 10
#: what processes are called that answer
_ANSWERS = "wiki-web"
_BROWSER = ("Accept: text/html", "Accept-Encoding: gzip")
_WORD = re.compile(r"^\+.*?((?:mot|secret)-[\w-]+)", re.MULTILINE)


def run(minutes: float = MINUTES, index: str = "database") -> Iterator[Line]:
    """The whole of it, as lines of the table."""
    return lines(ran(minutes, index))


def ran(minutes: float, index: str) -> Ran:
    """Lets everybody in, and everything happen."""
    logs = Path(tempfile.gettempdir(), "carrefour-cluster", time.strftime("%Y%m%d-%H%M%S"))
    logs.mkdir(parents=True)
    print(f"  logs: {logs}", flush=True)
    post = Post()
    try:
        with cluster(post.port, index, logs) as machines:
            urls = urls_of(machines.front)
            found = Ran(minutes, Told(), 0.0)
            found.quiet = _save_alone(machines.front)
            used = machines.front.cpu()
            time.sleep(_SECONDS)
            found.idle = (machines.front.cpu() - used) / _SECONDS
            for count in range(1, NODES + 1):
                found.rates[count] = _storm(machines.front.to(count), urls)
            for count in (1, NODES, 1, NODES):
                found.paced[count].append(_paced(machines.front.to(count), count, urls))
            before = _head(machines)
            asked = machines.front.log.stat().st_size
            crowd = Crowd(machines, urls)
            found.told, found.begun = crowd.told, time.monotonic()
            crowd.begin()
            try:
                _meddle(machines, found, 60 * minutes)
            finally:
                crowd.end()
            _converge(machines, found, "everybody has gone", machines.nodes).join()
            found.commits, found.final = _ledger(machines, before)
            with machines.front.log.open(encoding="utf-8") as lines_of_it:
                lines_of_it.seek(asked)
                found.log = lines_of_it.read()
            names = {str(node.port): node.name for node in machines.nodes}
            print("\n".join(woes(logs, found.log, names)), flush=True)
            until(lambda: len(post.taken) >= found.told.asked["acknowledged"], 30)
            found.taken = list(post.taken)
    finally:
        post.close()
    with alone(logs / "alone.log") as single:
        found.reference = _save_alone(single)
        found.reference_rate = _storm(single, urls_of(single))
    return found


def _meddle(machines: Cluster, found: Ran, seconds: float) -> None:
    _a, killed, cut = machines.nodes

    looking: list[Thread] = []

    def start() -> None:
        killed.begin()
        looking.append(_converge(machines, found, "node b is started", [killed]))

    def heal() -> None:
        machines.heal()
        looking.append(_converge(machines, found, "node c is healed", [cut]))

    def restart() -> None:
        machines.rows.stop()
        machines.rows.start()
        looking.append(_converge(machines, found, "PostgreSQL answers again", machines.nodes))

    acts: Sequence[tuple[float, str, Callable[[], None]]] = (
        (_KILL, "node b is killed (kill -9)", killed.kill),
        (_START, "", start),
        (_SILENT, "node c is cut off, silently", lambda: machines.cut(silent=True)),
        (_CUT, "… its calls are refused", lambda: machines.cut(silent=False)),
        (_HEAL, "", heal),
        (_RESTART, "PostgreSQL is stopped, and started", restart),
    )
    _note(found, "all are there")
    for part, words, act in acts:
        time.sleep(max(0.0, found.begun + part * seconds - time.monotonic()))
        if words:
            _note(found, words)
        act()
    time.sleep(max(0.0, found.begun + seconds - time.monotonic()))
    for one in looking:
        one.join()


def _note(found: Ran, words: str) -> None:
    """Into the timeline, which is shown as it goes."""
    found.events.append((time.monotonic(), words))
    print(f"  {time.monotonic() - found.begun:6.1f} s  {words}", flush=True)


def _converge(machines: Cluster, found: Ran, what: str, nodes: Sequence[Node]) -> Thread:
    """Looks when a visitor of each of ``nodes`` sees all that was saved before now, all at once."""
    begun = time.monotonic()
    texts = {path: number_of(_git(machines, "show", f"main:{path}.md")) for path in PAGES}
    _note(found, what)

    def asked(node: Node, url: str) -> str:
        """The text; "" where there is no answer, or none that is good."""
        try:
            answer = Browser(node).get(url)
        except (OSError, HTTPException):
            return ""
        return answer.text if answer.status == 200 else ""

    def shows(node: Node, path: str) -> bool:
        return number_of(asked(node, f"{page_url(path)}.md")) >= texts[path]

    def look(node: Node) -> None:
        # One after another each would wait behind all who ask this node.
        with ThreadPoolExecutor(len(PAGES)) as pool:
            list(pool.map(until, (partial(shows, node, path) for path in PAGES)))
        shown = time.monotonic() - begun
        until(lambda: bool(asked(node, "/-/readyz")))
        found.converged[f"{node.name}, after {what}"] = time.monotonic() - begun
        _note(found, f"{node.name} shows all of it after {shown:.2f} s, ready {_since(begun)}")

    def look_at_all() -> None:
        with ThreadPoolExecutor(len(nodes)) as pool:
            list(pool.map(look, nodes))

    thread = Thread(target=look_at_all)
    thread.start()
    return thread


def _since(begun: float) -> str:
    return f"{time.monotonic() - begun:.2f} s"


def _ledger(machines: Cluster, before: str) -> tuple[Counter[str], dict[str, str]]:
    """In how many commits of the shared repository each word came, and how the pages end."""
    log = _git(machines, "log", "-p", "-U0", "--no-renames", f"{before}..main")
    words = Counter(found[1] for found in _WORD.finditer(log))
    return words, {path: _git(machines, "show", f"main:{path}.md") for path in PAGES}


def _head(machines: Cluster) -> str:
    return _git(machines, "rev-parse", "main").strip()


def _git(machines: Cluster, *words: str) -> str:
    command = ("git", "-C", str(machines.shared), *words)
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def urls_of(server: Server) -> list[str]:
    """Pages of the corpus that the list of projects leads to."""
    text = Browser(server).get("/-/projects").text
    found = sorted(set(re.findall(r'href="(/projets/[^"?#]+)"', text)))
    assert found, text[:500]
    return found


def _save_alone(server: Server) -> list[float]:
    """One writer, before the others come."""
    browser, path, waits = Browser(server), PAGES[0], []
    log_in(browser, email(0))
    for number in range(_ALONE):
        base = browser.read_form(action_url("edit", path))
        text = f"# {path.capitalize()}\n\nseul-{number}\n"
        answer = browser.post(action_url("edit", path), base=base, text=text)
        if answer.status == 303:
            waits.append(answer.seconds)
    if len(waits) < _ALONE:
        print(f"  … {_ALONE - len(waits)} of {_ALONE} saves of one writer alone are refused")
    return waits


def _storm(server: Server, urls: Sequence[str]) -> Storm:
    _warm(server, urls)
    return storm(server, *urls, headers=_BROWSER, seconds=_SECONDS)


def _paced(front: Front, nodes: int, urls: Sequence[str]) -> Storm:
    """As many requests a second at each of the ``nodes``, however many; the CPU of who answers."""
    _warm(front, urls)
    before, askers = front.cpu(_ANSWERS), _ASKERS * nodes
    found = storm(front, *urls, headers=_BROWSER, seconds=_SECONDS, connections=askers, rest=_REST)
    return replace(found, cpu=(front.cpu(_ANSWERS) - before) / (found.rate * _SECONDS))


def _warm(server: Server, urls: Sequence[str]) -> None:
    browser = Browser(server)
    for url in (*urls, *urls, *urls):
        browser.get(url)


def main() -> None:
    """Measures once, and prints the lines."""
    parser = argparse.ArgumentParser(prog="python -m bench.cluster")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--index", choices=("database", "files"), default="database")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    for line in run(options.minutes, options.index):
        reached = {True: "✓", False: "✗", None: ""}[line.reached]
        print(
            f"{line.what}: {line.value} | {line.reference} | {line.ratio} {line.target} {reached}"
        )
    print(f"load {load:.1f} before, {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
