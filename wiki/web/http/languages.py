"""The languages that the interface is offered in: as choices of a form, as links of a page."""

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import request

#: each language's own word for itself
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


def language_choices(offered: Iterable[str]) -> list[tuple[str, str]]:
    """The languages ``offered``, as a form lets one choose among them."""
    return [(code, LANGUAGE_NAMES[code]) for code in offered]


def language_links(offered: Iterable[str], now: str) -> list[dict[str, str]]:
    """The languages ``offered`` but that of ``now``, each with the address of this page in it."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    return [
        {
            "code": code,
            "label": label,
            "url": f"{request.path}?{urlencode([*kept, ('lang', code)])}",
        }
        for code, label in language_choices(offered)
        if code != now
    ]
