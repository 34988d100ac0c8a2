"""What each kind of request costs each part of a wiki of three nodes, measured one after another.

    python -m bench.costs            # measures, and writes bench/costs.json, which scale.py reads

Real nodes, PostgreSQL, git host and nginx (``machines.py``), and nobody but the one who asks. CPU
is what each part's processes have used, less what they use of themselves meanwhile: that stays true
on a machine with other work, where times do not.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.cluster import urls_of
from bench.crowd import Post
from bench.load import Answer, Browser, storm
from bench.machines import PAGES, Cluster, cluster, log_in
from bench.servers import Server
from bench.worlds import email
from wiki.pages.urls import action_url

FILE = Path(__file__).with_name("costs.json")
_TIMES, _STORM, _IDLE = 60, 4, 6.0
_TICK = os.sysconf("SC_CLK_TCK")
_WORDS = ("atelier", "jardin", "eau", "pain", "soin", "terre", "bois", "laine", "four", "miel")


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU by part, of one request; ``others`` is what each other node uses for it.

    ``seconds`` is how long it took, the middle of all; ``body`` the bytes of its answer as sent.
    """

    node: float
    others: float = 0.0
    rows: float = 0.0
    git: float = 0.0
    front: float = 0.0
    client: float = 0.0
    seconds: float = 0.0
    body: int = 0


@dataclass
class Costs:
    """All that was measured, on one day."""

    day: str
    load: float
    kinds: dict[str, Cost]
    #: MiB that a node takes, and PostgreSQL; bytes that one save adds to git, and to the rows
    memory: dict[str, float] = field(default_factory=dict)
    disk: dict[str, float] = field(default_factory=dict)


def read() -> Costs:
    """What was measured last."""
    found = json.loads(FILE.read_text("utf-8"))
    kinds = {name: Cost(**one) for name, one in found.pop("kinds").items()}
    return Costs(kinds=kinds, **found)


def _tree(roots: Iterable[int]) -> list[int]:
    found, waiting = [], list(roots)
    while waiting:
        pid = waiting.pop()
        with suppress(FileNotFoundError, ProcessLookupError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
            found.append(pid)
    return found


def _cpu(roots: Iterable[int]) -> float:
    total = 0
    for pid in _tree(roots):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / _TICK


class Meter:
    """What parts have used since it was asked last."""

    def __init__(self, machines: Cluster) -> None:
        folder = str(machines.host.folder.parent)
        named = [
            int(one.name)
            for one in Path("/proc").iterdir()
            if one.name.isdigit() and folder in _command(one)
        ]
        self.rows_roots = [int((machines.rows.data / "postmaster.pid").read_text().split()[0])]
        self._parts: dict[str, Callable[[], float]] = {
            "node": machines.nodes[0].cpu,
            "others": lambda: sum(one.cpu() for one in machines.nodes[1:]),
            "rows": lambda: _cpu(self.rows_roots),
            "git": lambda: _cpu(named),
            "front": lambda: Server.cpu(machines.front),
            "client": time.process_time,
        }
        self._idle = dict.fromkeys(self._parts, 0.0)
        self._idle = self.measure(lambda: time.sleep(_IDLE), _IDLE)

    def measure(self, work: Callable[[], object], times: float = 1.0) -> dict[str, float]:
        """Seconds of CPU of each part while that is done, less what it uses by itself."""
        begun, before = time.monotonic(), {name: one() for name, one in self._parts.items()}
        work()
        passed = time.monotonic() - begun
        return {
            name: max(0.0, one() - before[name] - passed * self._idle[name]) / times
            for name, one in self._parts.items()
        }


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def measure() -> Costs:
    """All kinds, in turn."""
    load, post = os.getloadavg()[0], Post()
    logs = Path(tempfile.gettempdir()) / "carrefour-costs"
    logs.mkdir(exist_ok=True)
    try:
        with cluster(post.port, "database", logs) as machines:
            meter, kinds = Meter(machines), dict[str, Cost]()
            visitor, member = Browser(machines.front.to(1)), Browser(machines.front.to(1))
            log_in(member, email(0))
            urls = urls_of(machines.front)
            once = iter(range(10**6))

            def ask(kind: str, question: Callable[[int], Answer], *, sign: int = 200) -> None:
                """The kind's cost, the middle of its requests but for the first ones."""
                answers: list[Answer] = []
                for turn in range(10):
                    question(next(once) + turn)

                def all_of_them() -> None:
                    answers.extend(question(next(once)) for _turn in range(_TIMES))

                used = meter.measure(all_of_them, _TIMES)
                assert {one.status for one in answers} == {sign}, answers[0].text[:500]
                used["others"] /= len(machines.nodes) - 1
                kinds[kind] = Cost(
                    **used,
                    seconds=median(one.seconds for one in answers),
                    body=round(median(len(one.body) for one in answers)),
                )
                print(f"{kind}: {kinds[kind]}", flush=True)

            ask("made", lambda n: visitor.get(f"{urls[n % len(urls)]}?once={n}"))
            ask("search", lambda n: visitor.get(f"/-/search?q={_WORDS[n % 10]}+{n}"))
            ask("member", lambda n: member.get(urls[n % len(urls)]))
            ask("form", lambda n: member.get(action_url("edit", PAGES[n % len(PAGES)])))
            sizes = _sizes(machines)
            ask("save", lambda n: _save(member, n), sign=303)
            more = _sizes(machines)
            kinds["save"] = _less(kinds["save"], kinds["form"])
            kinds["kept"] = _kept(machines, meter, urls)
            memory = {
                "node": machines.nodes[0].memory_of_all(),
                "rows": sum(_share(pid) for pid in _tree(meter.rows_roots)),
            }
    finally:
        post.close()
    disk = {name: (more[name] - sizes[name]) / (_TIMES + 10) for name in sizes}
    return Costs(datetime.now(UTC).date().isoformat(), round(load, 1), kinds, memory, disk)


def _kept(machines: Cluster, meter: Meter, urls: list[str]) -> Cost:
    front = machines.front.to(1)
    for url in urls:
        Browser(front).get(url)
    answer = Browser(front).get(urls[0])
    headers = ("Accept: text/html", "Accept-Encoding: gzip")
    found: list[float] = []

    def all_of_them() -> None:
        found.append(storm(front, *urls, headers=headers, seconds=_STORM).rate)

    used = meter.measure(all_of_them)
    count = found[0] * _STORM
    parts = {name: used[name] / count for name in ("node", "rows", "front")}
    return Cost(**parts, seconds=answer.seconds, body=len(answer.body))


def _save(member: Browser, number: int) -> Answer:
    """A form, and a save of what it holds."""
    path = PAGES[number % len(PAGES)]
    base = member.read_form(action_url("edit", path))
    text = f"# {path.capitalize()}\n\nUn relevé, le {number}.\n"
    return member.post(action_url("edit", path), base=base, text=text)


def _less(both: Cost, form: Cost) -> Cost:
    """The save alone, of a form and its save."""
    parts = ("node", "others", "rows", "git", "front", "client")
    return replace(
        both, **{one: max(0.0, getattr(both, one) - getattr(form, one)) for one in parts}
    )


def _share(pid: int) -> float:
    """The proportional memory of a process, in MiB."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _sizes(machines: Cluster) -> dict[str, float]:
    import psycopg

    files = sum(one.stat().st_size for one in machines.shared.rglob("*") if one.is_file())
    with psycopg.connect(machines.url) as rows:
        found = rows.execute("SELECT pg_database_size(current_database())").fetchone()
    return {"git": files, "rows": float(found[0]) if found else 0.0}


def main() -> None:
    """Measures once, and keeps it."""
    costs = measure()
    FILE.write_text(json.dumps(asdict(costs), indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"written to {FILE}; load {costs.load} before, {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
