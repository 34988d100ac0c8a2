"""Places and the queue as a state machine: never too many by themselves, in order, nobody lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from wiki.plugins import load_plugins

load_plugins()
from wiki_plugins.registrations import places  # type: ignore[import-not-found]  # noqa: E402

START = datetime(2027, 3, 1, tzinfo=UTC)
EVENT = START + timedelta(days=10)
HOLD = timedelta(hours=24)


class Queue(RuleBasedStateMachine):
    """People who register, cancel, answer offers or do not, while organisers change the places."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: Any = ()
        self.capacity: int | None = 3
        self.now = START
        #: those who wait, in the order in which they came, as we keep it ourselves
        self.order: list[str] = []
        #: places above the capacity that somebody decided about
        self.above = 0
        self.number = 0

    def step(self, entries: Any) -> None:
        """Takes a step, moves the queue on, and looks at who was offered a place."""
        before = {one.id: one.state for one in self.entries}
        until = min(self.now + HOLD, EVENT)
        self.entries = places.advance(entries, self.capacity, self.now, until)
        after = {one.id: one.state for one in self.entries}
        offered = [
            who for who, state in after.items() if state == "offered" and before[who] != "offered"
        ]
        for who in after:
            if after[who] == "waiting" and who not in self.order:
                self.order.append(who)
        first = self.order[: len(offered)]
        assert sorted(first) == sorted(offered), "those who waited longest are first"
        self.order = [who for who in self.order if after[who] == "waiting"]

    @rule()
    def register(self) -> None:
        self.number += 1
        entry = places.Entry(f"p{self.number}")
        self.entries = (*self.entries, entry)
        room = places.free(self.entries, self.capacity)
        waits = bool(self.order)
        joined = places.join(self.entries, entry.id, self.capacity)
        came = places.find(joined, entry.id).state
        assert (came == "coming") == (room and not waits), "nobody overtakes who waits"
        self.step(joined)

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from([one.id for one in self.entries]))
        before = places.find(self.entries, who)
        joined = places.join(self.entries, who, self.capacity)
        if before.state in ("coming", "waiting", "offered"):
            assert joined == self.entries
        self.step(joined)

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from([one.id for one in self.entries]))
        self.order = [one for one in self.order if one != who]
        self.step(places.cancel(self.entries, who))
        assert places.find(self.entries, who).state == "cancelled"

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from([one.id for one in self.entries]))
        before = places.find(self.entries, who).state
        self.step(places.accept(self.entries, who))
        after = places.find(self.entries, who).state
        assert after == ("coming" if before == "offered" else before) or after == "offered"

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def admit(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from([one.id for one in self.entries]))
        self.order = [one for one in self.order if one != who]
        self.step(places.admit(self.entries, who))
        self.above = self.taken()

    @rule(capacity=st.one_of(st.none(), st.integers(1, 6)))
    def change_places(self, capacity: int | None) -> None:
        before = {one.id for one in self.entries if one.state in places.HELD}
        self.capacity, self.above = capacity, self.taken()
        self.step(self.entries)
        after = {one.id for one in self.entries if one.state in places.HELD}
        assert before <= after, "nobody is thrown out"

    @rule(hours=st.sampled_from([1, 23, 25, 100]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.step(self.entries)

    def taken(self) -> int:
        return sum(one.state in places.HELD for one in self.entries)

    @invariant()
    def never_too_many_by_themselves(self) -> None:
        if self.capacity is not None:
            assert self.taken() <= max(self.capacity, self.above)
            self.above = min(self.above, max(self.taken(), self.capacity))

    @invariant()
    def nobody_is_lost(self) -> None:
        assert {one.id for one in self.entries} == {f"p{n + 1}" for n in range(self.number)}
        assert all(one.state in places.STATES for one in self.entries)

    @invariant()
    def no_place_stays_empty_while_someone_waits(self) -> None:
        if self.now < EVENT and any(one.state == "waiting" for one in self.entries):
            assert not places.free(self.entries, self.capacity)

    @invariant()
    def what_is_offered_ends(self) -> None:
        for one in self.entries:
            assert (one.until is not None) == (one.state == "offered")
            assert one.until is None or self.now < one.until <= EVENT


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
