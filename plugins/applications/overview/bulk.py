"""Several applications at once: the same answer to those ticked, and all who agreed on stage."""

from collections.abc import Mapping, Sequence
from typing import Any

from wiki.api.errors import BadField
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .. import decisions, store, values
from ..calls import Call
from ..letters import ready_letter
from ..models import ApplicationRow
from ..programme import entries
from ..reasons import choices
from ..states import LIVE


def undecided(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that an answer is still owed to; nobody answers their own project."""
    return [one for one in lines if is_undecided(one)]


def is_undecided(one: Mapping[str, Any]) -> bool:
    """Whether an answer is still owed to it, by somebody who is not on its team."""
    owed = not one["decided"] and one["state"] in LIVE
    return bool(owed and not one["ours"] and not one["orphan"])


def decide(
    reader: Reader,
    call: Call,
    choice: str,
    ids: Sequence[str],
    reasons: Sequence[str],
    doors: Sequence[str],
    line: str = "",
) -> int:
    """Notes the same decision, with the ready letter and a ``line`` of one's own, for those of
    ``ids``; how many.

    Nobody is told yet, and each can be changed until then. Raises BadField.
    """
    open_ids = {str(one["id"]) for one in undecided(values.of_event(reader, call))}
    rows = [row for row in _rows(reader, call) if row.id in open_ids and row.id in ids]
    if not rows:
        raise BadField("ids", gettext("Tick the projects that you answer."))
    offered = choices(reader, call.path)
    named = {one.path for one in offered.doors}
    letter = ready_letter(choice, call.title, reader.instance.settings.lang, line)
    for row in rows:
        decisions.decide(
            reader,
            row,
            choice,
            letter,
            [one for one, _words in offered.reasons if one in reasons],
            [path for path in doors if path in named],
        )
    return len(rows)


def to_tell(reader: Reader, call: Call) -> list[ApplicationRow]:
    """Those that were decided and whose teams do not know yet; one's own are told by others."""
    lines = values.of_event(reader, call)
    ids = {one["id"] for one in lines if one["decided"] and not one["told"] and not one["orphan"]}
    return [row for row in _rows(reader, call) if row.id in ids]


def add_agreed(reader: Reader, call: Call) -> int:
    """Puts every project whose team agreed into the programme; how many. Raises as ``add``."""
    agreed = {str(one["id"]) for one in values.of_event(reader, call) if _agreed(one)}
    rows = [row for row in _rows(reader, call) if row.id in agreed]
    for row in reversed(rows):
        entries.add(reader, row)
    return len(rows)


def count_agreed(lines: Sequence[Mapping[str, Any]]) -> int:
    """How many teams agreed to stand in the programme, and do not yet."""
    return sum(map(_agreed, lines))


def _agreed(one: Mapping[str, Any]) -> bool:
    return bool(one["agreed"] and not one["in_programme"] and not one["ours"])


def _rows(reader: Reader, call: Call) -> Sequence[ApplicationRow]:
    return store.find_all(
        reader.instance, ApplicationRow.event == call.path, ApplicationRow.state.in_(LIVE)
    )
