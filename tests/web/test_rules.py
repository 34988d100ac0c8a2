"""Addresses are built as werkzeug builds them."""

from typing import Any

from werkzeug.routing import Map, Rule

from wiki.web.http.rules import LazyRule

WORDS: list[tuple[str, dict[str, Any]]] = [
    ("/-/edit/<path:page>", {"page": "projets/été à Tours"}),
    ("/-/list", {"page": 3, "after": "l’été"}),
    ("/-/cards/<int:number>.svg", {"number": 7}),
    ("/", {}),
]


def test_an_address_is_built_as_ever() -> None:
    for rule, words in WORDS:
        for unknown in (True, False):
            built = []
            for kind in (Rule, LazyRule):
                made = kind(rule, endpoint="it", defaults={"lang": "fr"})
                Map([made])
                built += [made.build(words, unknown), made.build(words, unknown)]
            assert built[0] == built[1] == built[2] == built[3]
