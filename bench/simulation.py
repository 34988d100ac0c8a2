"""A wiki of several nodes, as a discrete-event simulation: its parts, and what requests do at them.

What a request costs each part is given (``costs.py``). Nodes save by compare-and-swap: a push that
another node was quicker than fetches, and is sent again; saves that wait at a node are one push.
"""

import random
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from bench.costs import Cost
from bench.lines import percentile

#: seconds of CPU that one has in turn, where several want the same core
_SLICE = 0.002
#: from one part to another and back, between machines of one place
_WAY = 0.0005
#: seconds that pass, of which the first are not counted
SECONDS, _WARM = 60.0, 5.0

Steps = Generator[simpy.Event, Any, Any]


@dataclass(frozen=True)
class Plan:
    """Machines: how many nodes, and how many cores each part has; ``one``: all share these."""

    nodes: int = 3
    cores: int = 4
    rows: int = 8
    git: int = 2
    front: int = 2
    one: int = 0
    #: others that always want a core of that one machine
    hogs: int = 0


@dataclass
class Run:
    """What came of it: seconds that requests of each kind took, and how busy each part was."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    busy: dict[str, float] = field(default_factory=dict)
    pushes: int = 0
    again: int = 0

    def p(self, kind: str, share: float) -> float:
        """That percentile of a kind's seconds."""
        return percentile(self.waits[kind], share) if self.waits[kind] else float("nan")


class Site:
    """The parts, and what requests do at them."""

    def __init__(self, plan: Plan, kinds: Mapping[str, Cost], seed: int = 1) -> None:
        self.env, self.plan, self.kinds, self.run = simpy.Environment(), plan, kinds, Run()
        self.chance = random.Random(seed)  # noqa: S311 - repeatable is the point
        one = simpy.Resource(self.env, plan.one) if plan.one else None
        self._cores = {
            name: one or simpy.Resource(self.env, count)
            for name, count in (
                *((f"node {number}", plan.cores) for number in range(plan.nodes)),
                *(("rows", plan.rows), ("git", plan.git), ("front", plan.front)),
                ("client", 10**6),
            )
        }
        self._used: dict[str, float] = defaultdict(float)
        #: of the branch: how often it moved, there and as each node has it
        self._there, self._here = 0, [0] * plan.nodes
        self._waiting: list[list[simpy.Event]] = [[] for _number in range(plan.nodes)]
        self._pushing = [False] * plan.nodes
        for _number in range(plan.hogs if plan.one else 0):
            self.env.process(self._hog())

    def _hog(self) -> Steps:
        while True:
            yield from self._work("client", 1.0)

    def _work(self, part: str, seconds: float) -> Steps:
        """Has ``part`` work for so long, a slice in turn with others."""
        self._used[part] += seconds
        while seconds > 0:
            with self._cores[part].request() as core:
                yield core
                yield self.env.timeout(min(seconds, _SLICE))
            seconds -= _SLICE

    def ask(self, kind: str, number: int | None = None) -> Steps:
        """One request, by whoever makes it, at one of the nodes."""
        begun, cost = self.env.now, self.kinds[kind]
        node = self.chance.randrange(self.plan.nodes) if number is None else number
        vary = self.chance.expovariate(1) if kind in ("made", "search") else 1.0
        yield from self._work("client", cost.client)
        yield from self._work("front", cost.front)
        yield from self._work(f"node {node}", cost.node * vary)
        if cost.rows:
            yield self.env.timeout(_WAY)
            yield from self._work("rows", cost.rows * vary)
        if kind == "save":
            yield from self._publish(node)
        if self.env.now > _WARM:
            self.run.waits[kind].append(self.env.now - begun)

    def _publish(self, node: int) -> Steps:
        """Waits until what was prepared at ``node`` is in the repository that all share."""
        done = self.env.event()
        self._waiting[node].append(done)
        if not self._pushing[node]:
            self._pushing[node] = True
            self.env.process(self._push(node))
        yield done

    def _push(self, node: int) -> Steps:
        cost = self.kinds["save"]
        while self._waiting[node]:
            group, self._waiting[node] = self._waiting[node], []
            while True:
                seen = self._here[node]
                yield self.env.timeout(_WAY)
                yield from self._work("git", cost.git / 2)
                self.run.pushes += self.env.now > _WARM
                if seen == self._there:
                    break
                # Another was first: theirs is fetched, and ours made anew on it.
                self.run.again += self.env.now > _WARM
                there = self._there
                yield from self._work("git", cost.git / 2)
                yield from self._work(f"node {node}", cost.others + cost.node / 2)
                self._here[node] = there
            self._there += 1
            self._here[node] = self._there
            for one in group:
                one.succeed()
            for other in range(self.plan.nodes):
                if other != node:
                    self.env.process(self._follow(other, self._there, cost))
        self._pushing[node] = False

    def _follow(self, node: int, there: int, cost: Cost) -> Steps:
        yield self.env.timeout(_WAY)
        yield from self._work("git", cost.git / (2 * max(1, self.plan.nodes - 1)))
        yield from self._work(f"node {node}", cost.others)
        self._here[node] = max(self._here[node], there)

    def readers(self, rate: float, kinds: Mapping[str, float]) -> None:
        """So many requests a second, of these kinds by share, as people come."""

        def come() -> Steps:
            while True:
                yield self.env.timeout(self.chance.expovariate(rate))
                (kind,) = self.chance.choices([*kinds], [*kinds.values()])
                self.env.process(self.ask(kind))

        self.env.process(come())

    def repeat(self, *turns: Sequence[str], pause: float) -> None:
        """Somebody who does these things in turn, with such pauses between."""

        def go_on() -> Steps:
            yield self.env.timeout(self.chance.random() * pause)
            while True:
                for turn in turns:
                    for kind in turn:
                        yield from self.ask(kind)
                    yield self.env.timeout(pause * self.chance.uniform(0.5, 1.5))

        self.env.process(go_on())

    def go(self, seconds: float = SECONDS) -> Run:
        """Lets that time pass."""
        self.env.run(seconds)
        cores = {name: one.capacity for name, one in self._cores.items()}
        self.run.busy = {name: self._used[name] / seconds / cores[name] for name in cores}
        return self.run
