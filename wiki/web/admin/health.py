"""How the wiki is doing, for administrators: processes, how quick it is, what is kept in memory."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from babel.numbers import format_decimal
from werkzeug.wrappers import Response

from wiki.people.incidents import count_kinds
from wiki.processes.memory import ProcessMemory, measure_processes
from wiki.reading import Reader
from wiki.telemetry.counters import Kept
from wiki.telemetry.kinds import BOUNDS, quantile
from wiki.translation import gettext as _
from wiki.translation import language, lazy
from wiki.web.admin.index import bp
from wiki.web.admin.needs import percent
from wiki.web.admin.sections import HEALTH, Line, Section, register
from wiki.web.forms import render_tool
from wiki.web.page.files import format_size
from wiki.web.support import current_instance

_DAY = timedelta(days=1)
_KIND_WORDS = {
    "page": lazy("Pages"),
    "search": lazy("Searches"),
    "edit": lazy("Opening the editor, previews"),
    "save": lazy("Saves"),
    "history": lazy("Histories"),
    "file": lazy("Files"),
    "feed": lazy("Feeds"),
    "api": lazy("Programs (API)"),
    "git": lazy("git"),
    "form": lazy("Forms"),
    "account": lazy("Accounts"),
    "admin": lazy("Administration"),
    "other": lazy("All else"),
}
_PROCESS_WORDS = {
    "server": lazy("starts the others"),
    "web": lazy("answer readers"),
    "keeper": lazy("keeps the others running"),
    "tasks": lazy("runs tasks"),
    "forker": lazy("starts tasks"),
    "task": lazy("does a task"),
    "meaning": lazy("reads what texts mean"),
    "coediting": lazy("joins what several write"),
    "catch-up": lazy("brings lists up to date"),
    "git": lazy("reads the repository"),
}
_FAULT_WORDS = {
    "fault": lazy("Faults of the software"),
    "storage": lazy("The disk refused"),
    "rows": lazy("Accounts could not be reached"),
    "busy": lazy("The wiki was being prepared"),
    "too_many": lazy("Too much was asked at once"),
    "forged": lazy("A form was too old, or from elsewhere"),
}


@bp.get("/admin/health")
def health() -> Response:
    """The figures of this moment."""
    instance = current_instance()
    counters, processes = instance.counters, measure_processes()
    now = instance.private.now()
    kept = counters.kept()
    return render_tool(
        "admin/health.html",
        processes=_processes(processes),
        memory=format_size(sum(map(_size, processes))),
        durations=[
            {
                "label": str(_KIND_WORDS[kind]),
                "count": sum(buckets),
                "half": _seconds(quantile(buckets, 0.5)),
                "most": _seconds(quantile(buckets, 0.95)),
            }
            for kind, buckets in counters.last_hour().items()
            if any(buckets)
        ],
        kept={
            "part": _part(kept),
            "given": kept.given,
            "made": kept.made,
            "held": kept.held,
            "size": format_size(kept.size),
        },
        refused=[
            {"label": str(_FAULT_WORDS[name]), "count": count}
            for name, count in counters.faults().items()
            if count
        ],
        kinds=[vars(one) for one in count_kinds(instance.private, now - _DAY)],
    )


def _processes(found: Sequence[ProcessMemory]) -> list[dict[str, Any]]:
    """By name: how many, and what they take."""
    by_name: dict[str, list[ProcessMemory]] = {}
    for one in found:
        by_name.setdefault(one.name, []).append(one)
    return [
        {
            "name": name,
            "words": str(_PROCESS_WORDS.get(name, "")),
            "count": len(some),
            "own": format_size(sum(map(_size, some))),
            "largest": format_size(max(one.resident for one in some)),
        }
        for name, some in by_name.items()
    ]


def _size(one: ProcessMemory) -> int:
    return one.resident if one.proportional is None else one.proportional


def _seconds(duration: float | None) -> str:
    """A duration as people write it; what is beyond all bounds is told as that."""
    if duration is None:
        return ""
    if duration >= BOUNDS[-1]:
        return _("more than {count} s").format(count=int(duration))
    if duration < 1:
        return _("{count} ms").format(count=max(1, round(duration * 1000)))
    number = format_decimal(round(duration, 1), locale=language())
    return _("{count} s").format(count=number)


def _part(kept: Kept) -> str:
    asked = kept.given + kept.made
    return percent(kept.given / asked) if asked else ""


def _lines(reader: Reader) -> Sequence[Line]:
    instance = reader.instance
    counters = instance.counters
    slow = quantile([sum(one) for one in zip(*counters.last_hour().values(), strict=True)], 0.95)
    words = _("95 of 100 answers within {time}").format(time=_seconds(slow)) if slow else ""
    faults = count_kinds(instance.private, instance.private.now() - _DAY)
    part = _part(counters.kept())
    given = _("{part} given from memory").format(part=part) if part else ""
    return [
        Line(_("Processes and memory"), "/-/admin/health"),
        Line(_("Speed in the last hour"), "/-/admin/health#speed", words=words),
        Line(_("Answers to visitors"), "/-/admin/health#kept", words=given),
        Line(_("Faults in the last day"), "/-/admin/faults", sum(one.count for one in faults)),
    ]


register(Section(lazy("Health"), _lines, order=10, part=HEALTH))
