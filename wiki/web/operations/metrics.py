"""What Prometheus is told, each value with a sentence that says what it is.

Of requests and answers it tells the sums of all processes, which ``telemetry`` keeps in memory that
they share: the client library's own way for several processes leaves a file for each that ever was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from wiki.backups.state import last_trial, list_places
from wiki.disk.space import measure_space
from wiki.errors import BadSetting, RowsUnreachable
from wiki.instance import Instance
from wiki.jobs.backlogs import list_backlogs
from wiki.jobs.heartbeat import heartbeat_age
from wiki.parts.node import node_name
from wiki.people.mail.queue import count_mails
from wiki.people.mirrors import STATES, listed
from wiki.people.task_runs import failing_tasks
from wiki.processes.memory import measure_processes
from wiki.telemetry.kinds import BOUNDS


class _Told(Collector):
    """What the library asks for the values of a moment."""

    def __init__(self, instance: Instance, *, everything: bool) -> None:
        self._instance = instance
        self._everything = everything

    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        instance = self._instance
        yield _projections(instance)
        if self._everything:
            yield _lag(instance)
            yield _by_name("node", "Which machine this is", [(node_name(instance.settings), 1)])
            if instance.repository.shared is not None:
                pushes = instance.counters.pushes().items()
                yield _counted("pushes", "Pushes of saves to what nodes share", "what", pushes)
            if instance.replica is not None:
                reads = instance.counters.reads().items()
                words = "Reads that the replica could have had, by who answered or why not it"
                yield _counted("replica_reads", words, "what", reads)
            yield from (*_requests(instance), *_kept(instance), *_machine(instance))
        told, reached = [], not instance.private.unreachable
        try:
            if self._everything:
                told = [*_mails(instance), *_tasks(instance), *_mirrors(instance)]
                told += _backups(instance)
        except RowsUnreachable:
            reached = False
        yield from told
        yield _gauge("rows_reached", "Whether the private rows can be asked", reached)


def describe(instance: Instance, *, everything: bool) -> bytes:
    """The values of this moment, in Prometheus's text format; ``everything`` is for operators."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(instance, everything=everything))
    return generate_latest(registry)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"wiki_{name}", words, value=value)


def _by_name(name: str, words: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    found = GaugeMetricFamily(f"wiki_{name}", words, labels=["name"])
    for label, value in values:
        found.add_metric([label], value)
    return found


def _counted(name: str, words: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    found = CounterMetricFamily(f"wiki_{name}", words, labels=[label])
    for of, value in values:
        found.add_metric([of], value)
    return found


def _projections(instance: Instance) -> Metric:
    parts = instance.projections
    behind = ((name, float(parts.behind(name))) for name in parts)
    return _by_name("projection_behind", "Whether it does not reflect the newest commit", behind)


def _lag(instance: Instance) -> Metric:
    """Of one that follows the newest commit it is 0, however old that is."""
    parts, repository = instance.projections, instance.repository
    behind = {name for name in parts if parts.behind(name)}
    since = repository.commit_info(repository.head()).when if behind else None
    ages = ((name, _age(datetime.now(UTC), since) if name in behind else 0) for name in parts)
    words = "For how long at least it has not reflected the newest commit"
    return _by_name("projection_lag_seconds", words, ages)


def _requests(instance: Instance) -> Iterator[Metric]:
    found = HistogramMetricFamily(
        "wiki_request_duration_seconds",
        "How long requests took that were not answered from memory",
        labels=["kind"],
    )
    for kind, durations in instance.counters.durations().items():
        reached, buckets = 0, []
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), durations.buckets, strict=True):
            reached += count
            buckets.append((bound, float(reached)))
        found.add_metric([kind], buckets, durations.seconds)
    yield found
    faults = instance.counters.faults().items()
    yield _counted("faults", "Answers that told of a fault, or refused", "kind", faults)
    uses = CounterMetricFamily(
        "wiki_uses", "Pages viewed and searches made, nobody told apart", labels=["kind", "by"]
    )
    for name, counts in instance.counters.uses().items():
        for by, count in zip(("people", "programs"), counts, strict=True):
            uses.add_metric([name, by], count)
    yield uses


def _kept(instance: Instance) -> Iterator[Metric]:
    kept = instance.counters.kept()
    answers = (("given", kept.given), ("made", kept.made))
    yield _counted("kept_answers", "Answers to visitors given from memory, or made", "how", answers)
    lost = instance.counters.lost().items()
    yield _counted("kept_answers_lost", "Kept answers that no longer stood, by why", "by", lost)
    yield _gauge("kept_answers_held", "Answers that all workers keep in memory", kept.held)
    yield _gauge("kept_answers_bytes", "The size of the answers that are kept", kept.size)


def _machine(instance: Instance) -> Iterator[Metric]:
    number: defaultdict[str, int] = defaultdict(int)
    memory: defaultdict[str, int] = defaultdict(int)
    for one in measure_processes():
        number[one.name] += 1
        memory[one.name] += one.resident if one.proportional is None else one.proportional
    yield _by_name("processes", "How many processes of that name there are", number.items())
    yield _by_name(
        "process_memory_bytes", "Their memory, of what is shared their part", memory.items()
    )
    space = measure_space(instance.settings.instance)
    yield _gauge("disk_free_bytes", "Bytes that are free on the disk of the instance", space.free)
    yield _gauge("disk_free_ratio", "The part of bytes or files that is free", space.left)


def _mails(instance: Instance) -> Iterator[Metric]:
    mails = count_mails(instance.private)
    now = instance.private.now()
    waits = _age(now, mails.oldest)
    yield _gauge("mails_waiting", "Mails that wait to be sent", mails.waiting)
    yield _gauge("mail_oldest_seconds", "How long the oldest of them has waited", waits)
    yield _gauge("mails_failed_day", "Mails that were given up in the last day", mails.failed)


def _tasks(instance: Instance) -> Iterator[Metric]:
    backlogs, now = list_backlogs(instance), instance.private.now()
    waiting = ((name, one.waiting) for name, one in backlogs.items())
    yield _by_name("queue_waiting", "What waits for a task of the background", waiting)
    ages = ((name, _age(now, one.since)) for name, one in backlogs.items())
    yield _by_name("queue_oldest_seconds", "How long the oldest of it has waited", ages)
    failing = ((run.name, run.failures) for run in failing_tasks(instance.private))
    yield _by_name("task_failures", "Failures in a row of a task", failing)
    if (age := heartbeat_age(instance.settings)) is not None:
        words = "Since when the process of tasks has not looked around"
        yield _gauge("tasks_seen_seconds", words, round(age))


def _mirrors(instance: Instance) -> Iterator[Metric]:
    """How the repositories elsewhere go; their addresses are not told here."""
    found = listed(instance.private)
    now = instance.private.now()
    states = GaugeMetricFamily(
        "wiki_mirror_state", "The state of a mirror: one of them is 1", labels=["name", "state"]
    )
    for one in found:
        for state in STATES:
            states.add_metric([one.name, state], float(one.state == state))
    yield states
    ages = ((one.name, _age(now, one.done)) for one in found if one.done is not None)
    yield _by_name("mirror_done_seconds", "Since the last run that got through", ages)


def _backups(instance: Instance) -> Iterator[Metric]:
    """How the backups at each place are, and how the last trial went."""
    try:
        places = list_places(instance)
    except BadSetting:
        return
    now, trial = instance.private.now(), last_trial(instance)
    ages = ((one.target.key, _age(now, one.last.begun)) for one in places if one.last is not None)
    yield _by_name("backup_seconds", "Since the last backup that was kept at a place", ages)
    failed = ((one.target.key, float(one.failure is not None)) for one in places)
    yield _by_name("backup_failed", "Whether the last one failed", failed)
    if trial is not None:
        words = "Since a backup was last restored on trial"
        yield _gauge("backup_trial_seconds", words, _age(now, trial.begun))
        yield _gauge("backup_trial_failed", "Whether that failed", float(not trial.well))


def _age(now: datetime, since: datetime | None) -> int:
    """Whole seconds; 0 where it never was."""
    return max(0, round((now - since).total_seconds())) if since else 0
