"""The closing report of an event: how many, about what, from where; reasons from five on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wiki.api.paths import slug
from wiki.api.reading import Reader

from ..decisions import decisions
from ..reasons import words_of
from ..states import LATER

#: a reason that was told to fewer teams is not summed: it would tell of one of them
K = 5
_SHOWN = 12


def of_event(reader: Reader, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The sums over ``lines``, those that were set aside left out."""
    stand = [one for one in lines if one["state"] != "aside"]
    known = decisions(reader.instance, [one["id"] for one in stand])
    told = [one for one in known.values() if one.told]
    later = [one for one in told if one.choice == LATER]
    reasons = Counter(reason for one in later for reason in one.reasons)
    return {
        "all": len(stand),
        "selected": len(told) - len(later),
        "later": len(later),
        "themes": _counted(theme for one in stand for theme in one["themes"]),
        "territories": _counted(one["territory"] for one in stand if one["territory"]),
        "reasons": [
            (words_of(reason), count) for reason, count in reasons.most_common() if count >= K
        ],
        "k": K,
    }


def _counted(words: Iterable[str]) -> list[tuple[str, int]]:
    """Words with how often they are said, folded, as they were first written; by name."""
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for word in words:
        key = slug(word) or word
        first.setdefault(key, word)
        counts[key] += 1
    most = sorted(counts, key=lambda key: (-counts[key], key))[:_SHOWN]
    return [(first[key], counts[key]) for key in most]
