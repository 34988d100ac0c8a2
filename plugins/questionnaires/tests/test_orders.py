"""Whatever happens in which order: nobody is asked twice, no answer is lost, an urn has no past."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.questionnaires.tests.conftest import EVENT, LORA, Evening, event_page

TEXTS = st.text("abé <\n", min_size=1, max_size=6)
ANSWERS = st.builds(
    lambda ticks, texts: (ticks, texts),
    st.dictionaries(st.sampled_from(["helped", "lacking"]), st.lists(st.sampled_from("xyz"))),
    st.dictionaries(st.sampled_from(["helped", "known"]), TEXTS),
)


@settings(max_examples=40)
@given(st.lists(ANSWERS, max_size=8), st.randoms(use_true_random=False))
def test_an_urn_knows_no_order_and_loses_nothing(
    plugin_module: Callable[[str], Any],
    said: list[tuple[dict[str, list[str]], dict[str, str]]],
    chance: object,
) -> None:
    urns = plugin_module("ballots")
    answers = [urns.Answer(*one) for one in said]
    shuffled = sorted(answers, key=lambda _one: chance.random())  # type: ignore[attr-defined]
    first, second = urns.Urn(), urns.Urn()
    for one in answers:
        first = urns.read(urns.written(first.with_answer(one)))
    for one in shuffled:
        second = urns.read(urns.written(second.with_answer(one)))
    assert urns.written(first) == urns.written(second)
    assert first.count == len(said)
    for name in ("helped", "known"):
        assert Counter(first.texts.get(name, ())) == Counter(
            texts[name] for _ticks, texts in said if name in texts
        )
        assert sorted(first.shuffled(name, "s")) == sorted(first.texts.get(name, ()))


@settings(max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=5), st.data())
def test_what_is_held_back_comes_back_and_is_gone_once_opened(
    plugin_module: Callable[[str], Any], texts: list[str], data: st.DataObject
) -> None:
    urns = plugin_module("ballots")
    full = urns.Urn()
    for one in texts:
        full = full.with_answer(urns.Answer({}, {"helped": one}))
    chosen = data.draw(st.sampled_from(texts))
    mark = urns.mark_of("helped", chosen)
    passage = data.draw(st.sampled_from(["", chosen[:1], chosen]))
    held = full.holding(mark, "hurts", passage)
    assert urns.written(held.giving_back(mark)) == urns.written(full)
    opened = urns.read(urns.written(held.opened()))
    assert [one.text for one in opened.held] == [""]
    left = chosen.replace(passage, "[…]") if passage and passage != chosen else None
    expected = Counter(texts) - Counter([chosen]) + Counter([left] if left else [])
    assert Counter(opened.texts["helped"]) == expected
    assert full.holding(mark, "hurts", "nulle part") is None
    assert full.holding("0" * 20, "hurts") is None
    assert full.giving_back(mark) is None


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.just("move"), st.integers(-2, 6)),
        st.tuples(st.sampled_from(["cancel", "hold", "off", "on", "answer"]), st.just(0)),
    ),
    max_size=8,
)


@settings(max_examples=7, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS)
def test_no_order_of_events_asks_twice_or_loses_an_answer(
    evening: Evening, happened: list[tuple[str, int]]
) -> None:
    """A model of one evening beside the real one: who was asked, how often, and what they said."""
    keeping, urns = evening.part("store"), evening.part("ballots")
    evening.rewind()
    evening.attend(5)
    instance = evening.instance
    start, cancelled, wanted = evening.now.date(), False, True
    sent = last = None
    asked = answered = 0
    for what, number in [("hold", 0), *happened, ("wait", 1)]:
        if what == "wait":
            evening.now += timedelta(hours=number)
        elif what == "move":
            start = evening.now.date() + timedelta(days=number)
        elif what in ("cancel", "hold"):
            cancelled = what == "cancel"
        elif what in ("off", "on"):
            wanted = what == "on"
            with instance.private.session() as session:
                keeping.row_for(instance, session, EVENT).wanted = wanted
        elif sent and last and not cancelled and evening.now.date() <= last:
            found = keeping.round_of(instance, EVENT)
            answer = urns.Answer({}, {"helped": f"Mot {answered}"})
            nonce = str(answered).encode()
            assert keeping.take(instance, found.id, nonce, LORA, answer)
            assert not keeping.take(instance, found.id, nonce, LORA, answer)
            answered += 1
        head = {"starts": start.isoformat(), "ends": start.isoformat()}
        evening.write({f"{EVENT}.md": event_page(**head, cancelled=str(cancelled).lower())})
        evening.run()
        morning = evening.now.replace(hour=9, minute=0)
        at = morning + timedelta(days=(start - evening.now.date()).days + 1)
        if sent is not None and not cancelled and not answered and at > evening.now:
            sent = None
        due = at <= evening.now < at + timedelta(days=3)
        if sent is None and wanted and not cancelled and due:
            sent, last, asked = evening.now, evening.now.date() + timedelta(days=10), asked + 1
        mails = Counter(str(one["To"]) for one in evening.mails("Votre avis après"))
        assert mails == ({f"p{n}@example.org": asked for n in range(5)} if asked else {})
        found = keeping.round_of(instance, EVENT)
        assert (found.sent is not None) == (sent is not None)
        if not found.opened:
            counts = [one.count for one in keeping.urns_of(instance, found.id).values()]
            assert sum(counts) == answered
