"""Why people come: what one may tick, and how many did, over so many that it names nobody."""

from collections import Counter
from collections.abc import Iterable

from wiki.api.pages.blocks import bars
from wiki.api.translation import gettext, lazy

#: The words that the form offers, in their order. A key is kept in rows: change the words, not it.
REASONS = {
    "uses": lazy("Discover uses"),
    "partners": lazy("Find partners"),
    "clients": lazy("Find clients"),
    "present": lazy("Present something"),
    "recruit": lazy("Recruit, or be recruited"),
    "funding": lazy("Find funding"),
    "help": lazy("Bring help"),
    "curiosity": lazy("Curiosity"),
}
#: fewer than this are not told
FEWEST = 5


def known(keys: Iterable[str]) -> str:
    """Those of ``keys`` that there are, as a row keeps them."""
    chosen = set(keys)
    return ",".join(key for key in REASONS if key in chosen)


def count(kept: Iterable[str]) -> Counter[str]:
    """How many gave each reason, of rows' ``reasons``."""
    return Counter(key for one in kept for key in one.split(",") if key in REASONS)


def shown(counts: Counter[str]) -> list[tuple[str, int]]:
    """The words and number of each reason that at least five gave, the most given first."""
    told = [(str(REASONS[key]), counts[key]) for key in REASONS if counts[key] >= FEWEST]
    return sorted(told, key=lambda one: -one[1])


def plot(counts: Counter[str]) -> str:
    """The same drawn; "" where there is nothing to draw."""
    told = shown(counts)
    return bars(told, gettext("Why people come")) if told else ""
