"""What the warden notes of the wikis of a host: for commands, and for Prometheus.

It stands in ``.run/wikis.prom``, as node_exporter takes it in (its textfile collector): to ask each
wiki by its address would wake them all.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from wiki.hosting.settings import HostSettings

FILE = "wikis.prom"
_AWAKE = "wiki_awake"


class Figures(NamedTuple):
    """Of one wiki: whether it is awake, or out; how often it woke, and died, since the start."""

    name: str
    awake: bool
    out: bool
    wakes: int
    deaths: int


def write_state(host: HostSettings, figures: Iterable[Figures]) -> None:
    """Notes it, in place of what was noted before. Raises OSError."""
    from prometheus_client import CollectorRegistry, Counter, Gauge, write_to_textfile

    registry = CollectorRegistry()
    awake = Gauge(_AWAKE, "Whether the wiki is awake.", ["wiki"], registry=registry)
    out = Gauge("wiki_out", "Whether the wiki cannot be served.", ["wiki"], registry=registry)
    wakes = Counter("wiki_wakes", "How often it was woken.", ["wiki"], registry=registry)
    deaths = Counter("wiki_deaths", "How often it died.", ["wiki"], registry=registry)
    for one in figures:
        awake.labels(one.name).set(one.awake)
        out.labels(one.name).set(one.out)
        wakes.labels(one.name).inc(one.wakes)
        deaths.labels(one.name).inc(one.deaths)
    write_to_textfile(os.fspath(_file(host)), registry)


def read_state(host: HostSettings) -> Mapping[str, bool]:
    """Which wikis are served now, and whether each is awake; none where the host is not served."""
    from prometheus_client.parser import text_string_to_metric_families

    try:
        families = list(text_string_to_metric_families(_file(host).read_text("utf-8")))
    except (OSError, ValueError):
        return {}
    samples = (one for family in families if family.name == _AWAKE for one in family.samples)
    return {one.labels["wiki"]: bool(one.value) for one in samples}


def forget_state(host: HostSettings) -> None:
    """The host is not served any more."""
    _file(host).unlink(missing_ok=True)


def _file(host: HostSettings) -> Path:
    return host.run / FILE
