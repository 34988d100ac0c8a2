"""The languages that the interface is offered in: as choices of a form, as links of a page."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlencode

from flask import request

from wiki.translation import language_name, language_tag, languages


class _Names(Mapping[str, str]):
    """Each language's own word for itself, of all that there are at the moment."""

    def __getitem__(self, code: str) -> str:
        if code not in languages():
            raise KeyError(code)
        return language_name(code)

    def __iter__(self) -> Iterator[str]:
        return iter(languages())

    def __len__(self) -> int:
        return len(languages())


LANGUAGE_NAMES = _Names()


def language_choices(offered: Iterable[str]) -> list[tuple[str, str]]:
    """The languages ``offered``, as a form lets one choose among them."""
    return [(code, language_name(code)) for code in offered]


def language_links(offered: Iterable[str], now: str) -> list[dict[str, str]]:
    """The languages ``offered`` but that of ``now``, each with the address of this page in it."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    return [
        {
            "code": language_tag(code),
            "label": label,
            "url": f"{request.path}?{urlencode([*kept, ('lang', code)])}",
        }
        for code, label in language_choices(offered)
        if code != now
    ]
