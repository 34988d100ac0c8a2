"""Lists that one can narrow and turn the pages of: every choice is an address to share."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from wiki.pages.words import read_number
from wiki.projections.catalogue import Count
from wiki.translation import gettext as _

PAGE = 20
#: no list is turned further than this
FURTHEST = 10_000


def list_offset() -> int:
    """Where the list begins, as asked by ``?from=``."""
    return min(read_number(request.args.get("from", "")) or 0, FURTHEST)


def page_links(
    total: int, shown: int, start: int, size: int = PAGE, *, more: bool = False
) -> dict[str, Any]:
    """What ``ui.pagination`` wants, for the list at this address; ``more``: than ``total``."""
    last = start + shown
    return {
        "total": total,
        "more": more,
        "number": _number(Count("", "", total, more)),
        "first": start + 1 if shown else 0,
        "last": last,
        "newer": _at(max(start - size, 0)) if start else "",
        "older": _at(last) if ((more and shown) or last < total) and last < FURTHEST else "",
    }


def facet_links(
    groups: Sequence[tuple[str, str, Sequence[tuple[str, str, int | Count]]]],
) -> list[dict[str, Any]]:
    """What ``ui.facets`` wants: groups of ``(key, label, [(slug, words, count)])``.

    Of a ``Count`` is said that there are more, where there may be.
    """
    told = []
    for key, label, values in groups:
        chosen = chosen_values(key)
        choices = [
            {
                "label": words,
                "count": _number(count),
                "url": _toggled(key, slug),
                "chosen": slug in chosen,
            }
            for slug, words, count in values
        ]
        told.append({"name": key, "label": label, "choices": choices})
    return told


def _number(count: int | Count) -> int | str:
    if isinstance(count, int):
        return count
    return _("more than {count}").format(count=count.count) if count.more else count.count


def chosen_values(key: str) -> tuple[str, ...]:
    """The values chosen for a facet in this address."""
    return tuple(value for value in request.args.getlist(key) if value)[:20]


def clear_link(keys: Sequence[str]) -> str:
    """This address without any choice; "" where there is none."""
    if not any(chosen_values(key) for key in keys):
        return ""
    return _address({key: value for key, value in _arguments().lists() if key not in keys})


def _toggled(key: str, slug: str) -> str:
    lists = dict(_arguments().lists())
    values = list(lists.get(key, []))
    if slug in values:
        values.remove(slug)
    else:
        values.append(slug)
    return _address({**lists, key: values})


def _at(start: int) -> str:
    return _address({**dict(_arguments().lists()), "from": [str(start)] if start else []})


def _arguments() -> MultiDict[str, str]:
    kept = MultiDict(request.args)
    kept.poplist("from")
    return kept


def _address(lists: Mapping[str, Sequence[str]]) -> str:
    from urllib.parse import urlencode

    pairs = [(key, value) for key, values in lists.items() for value in values]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path
