"""What a page's history says of steps: what follows “Awa” in English, “Awa a” in French."""

from collections.abc import Sequence

from wiki.api.pages.items import Item, ItemChange, ItemWords
from wiki.api.translation import gettext, ngettext

from .model import BLOCK_NAMES, STATE_WORDS, newest_first, split_state, steps_of

#: letters of a step that a sentence repeats
_LONGEST = 70


def item_words() -> Sequence[ItemWords]:
    """How so many, or each of few, are told."""

    def told(count: int) -> str:
        return ngettext("told a step", "told {count} steps", count).format(count=count)

    def changed(count: int) -> str:
        return ngettext("updated a step", "updated {count} steps", count).format(count=count)

    def removed(count: int) -> str:
        return ngettext("took out a step", "took out {count} steps", count).format(count=count)

    return [ItemWords(BLOCK_NAMES, told, changed, removed, one=_one)]


def _one(change: ItemChange) -> str:
    """What became of one step; "" where it says nothing that could be repeated."""
    before, after = change.before, change.after
    if before is None and after is not None:
        return _came(after, change.all_before)
    words = _short(after or before)
    if not words:
        return ""
    if after is None:
        return gettext("took out the step “{step}”").format(step=words)
    if before is not None and (was := _short(before)) and was != words:
        return gettext("reworded the step “{before}”: “{step}”").format(before=was, step=words)
    return gettext("updated the step “{step}”").format(step=words)


def _came(item: Item, earlier: Sequence[Item]) -> str:
    state, _text = split_state(item.plain)
    told = newest_first(step for step in steps_of(earlier) if step.state)
    last = told[0].state if told else None
    if state and last and state != last and (item.date or "") >= told[0].date:
        words = gettext("took the project from “{before}” to “{after}”")
        return words.format(before=STATE_WORDS[last], after=STATE_WORDS[state])
    words = _short(item)
    return gettext("told a step: {step}").format(step=words) if words else ""


def _short(item: Item | None) -> str:
    words = " ".join(item.plain.split()) if item else ""
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()}…"
