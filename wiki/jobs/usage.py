"""Adds what was counted in memory to the day's sums, each minute in which anything was."""

from wiki.instance import Instance
from wiki.people.usage import add_uses

TASK = "usage"


def is_due(instance: Instance) -> bool:
    """Whether something was used since."""
    return instance.counters.uses() != instance.counters.noted_uses()


def run(instance: Instance) -> None:
    """Adds it. Where it is killed before it has noted that, a minute counts twice."""
    counters = instance.counters
    uses, noted = counters.uses(), counters.noted_uses()
    new = {
        name: (people - noted[name][0], programs - noted[name][1])
        for name, (people, programs) in uses.items()
        if (people, programs) != noted[name]
    }
    today = instance.private.now().astimezone(instance.settings.zone).date()
    add_uses(instance.private, today, new)
    counters.note_uses(uses)
