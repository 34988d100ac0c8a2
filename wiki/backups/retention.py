"""Which backups go: the newest of each of the last days, weeks and months stays."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from wiki.backups.names import Named

#: of those that are made by themselves before an upgrade
_BEFORE_UPGRADES = 3


@dataclass(frozen=True)
class Rule:
    """How many days, weeks and months are gone back, counting those that have a backup."""

    daily: int
    weekly: int
    monthly: int

    def find_superfluous(
        self, found: Collection[Named], zone: tzinfo, spared: Collection[str] = ()
    ) -> list[Named]:
        """Those to delete; never the newest, nor one of the names ``spared``.

        Those from before an upgrade are apart: the last three stay.
        """
        upgrades = [one for one in _newest_first(found) if one.before_upgrade]
        others = [one for one in _newest_first(found) if not one.before_upgrade]
        kept = {*others[:1], *upgrades[:_BEFORE_UPGRADES]}
        steps: Sequence[tuple[int, Callable[[Named], Hashable]]] = (
            (self.daily, lambda one: one.made.astimezone(zone).date()),
            (self.weekly, lambda one: one.made.astimezone(zone).isocalendar()[:2]),
            (self.monthly, lambda one: one.made.astimezone(zone).strftime("%Y-%m")),
        )
        for many, period_of in steps:
            newest: dict[Hashable, Named] = {}
            for one in others:
                newest.setdefault(period_of(one), one)
            kept.update(list(newest.values())[:many])
        return [one for one in _newest_first(found) if one not in kept and one.name not in spared]


def _newest_first(found: Collection[Named]) -> list[Named]:
    return sorted(found, key=lambda one: (one.made, one.name), reverse=True)
