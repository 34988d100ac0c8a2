"""The simulated site obeys what is known of queues, and of saves that are pushed."""

import pytest

from bench.costs import Cost
from bench.simulation import Plan, Site

_KINDS = {
    "made": Cost(node=0.010),
    "kept": Cost(node=0.010, rows=0.020),
    "save": Cost(node=0.010, others=0.004, rows=0.002, git=0.020),
}


def test_a_part_is_as_busy_as_what_is_asked_of_it_and_waits_grow_with_that() -> None:
    waits = []
    for rate in (20, 80):
        site = Site(Plan(nodes=1, cores=1), _KINDS)
        site.readers(rate, {"kept": 0.5, "made": 0.5})
        run = site.go(30)
        assert run.busy["node 0"] == pytest.approx(rate * 0.010, rel=0.15)
        assert run.busy["rows"] == pytest.approx(rate * 0.5 * 0.020 / 8, rel=0.15)
        waits.append(run.p("made", 0.95))
    assert waits[1] > 2 * waits[0]


def test_saves_wait_for_one_another_as_nodes_push_in_turn() -> None:
    alone = Site(Plan(nodes=3), _KINDS)
    alone.repeat(("save",), pause=0.1)
    quiet = alone.go(12)
    assert quiet.again == 0 and quiet.p("save", 0.5) < 0.030
    many = Site(Plan(nodes=3), _KINDS)
    for _number in range(60):
        many.repeat(("save",), pause=0.5)
    crowd = many.go(12)
    # Some are overtaken, some share a push, and none is lost: so many as were waited for.
    assert crowd.again > 0 and crowd.pushes - crowd.again < len(crowd.waits["save"])
    assert crowd.p("save", 0.5) > 2 * quiet.p("save", 0.5)
    # The same chance gives the same run.
    again = Site(Plan(nodes=3), _KINDS)
    for _number in range(60):
        again.repeat(("save",), pause=0.5)
    assert again.go(12).waits == crowd.waits
