"""Which addresses below ``/-/`` search engines may keep: lists of the site, without any choice.

Each choice is an address too, and there are more of them than anyone wants to be asked for:
``robots.txt`` lets in the bare address alone, and every other names it as its ``canonical``.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.routing import AnyConverter, Rule

_View = TypeVar("_View", bound=Callable[..., Any])


def indexed(view: _View) -> _View:
    """A ``view`` whose bare address search engines may keep; every visitor gets it."""
    view.indexed = True  # type: ignore[attr-defined]
    return view


def indexed_addresses() -> Iterator[str]:
    """The addresses of all such views, one for each word that may stand in them."""
    for rule in current_app.url_map.iter_rules():
        if _is_indexed(rule.endpoint) and "GET" in (rule.methods or ()):
            names = sorted(rule.arguments)
            for words in product(*(_words(rule, name) for name in names)):
                built = rule.build(dict(zip(names, words, strict=True)), append_unknown=False)
                if built is not None:
                    yield built[1]


def canonical_address(public_url: str) -> str:
    """What this request is a choice of, where search engines may keep that; else ""."""
    return public_url + request.path if _is_indexed(request.endpoint) else ""


def _is_indexed(endpoint: str | None) -> bool:
    return getattr(current_app.view_functions.get(endpoint or ""), "indexed", False)


def _words(rule: Rule, name: str) -> list[str]:
    """What an argument may be, where that is a list of words; else no address is named."""
    converter = rule._converters[name]
    return sorted(converter.items) if isinstance(converter, AnyConverter) else []
