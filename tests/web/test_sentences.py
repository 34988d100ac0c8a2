"""Sentences of histories, lists and feeds: they tell of no version that one may not read."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.testing import module_wiki

if TYPE_CHECKING:
    from flask import Flask

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

CLOSED = "visibility: team\n"


def text(place: str, cell: str, head: str = "") -> str:
    return (
        f"---\n{head}place: {place}\n---\n# Jardin\n\n## Outils\n\n"
        f"| a | b |\n|---|---|\n| pelle | {cell} |\n\n- [ ] {cell}\n"
    )


def test_what_was_closed_between_two_versions_is_in_no_sentence(
    app: "Flask", write: Callable[..., str]
) -> None:
    write({"jardin.md": text("Rennes", "dix")})
    write({"jardin.md": text("Secretun", "secretdeux", CLOSED)})
    write({"jardin.md": text("Secrettrois", "secretquatre", CLOSED)})
    write({"jardin.md": text("Dakar", "dix")})
    # moved out of a closed space, then changed
    write({"cave/index.md": f"---\n{CLOSED}---\n", "cave/serre.md": text("Secretcinq", "six")})
    write({"cave/serre.md": None, "serre.md": text("Lyon", "six")})
    write({"serre.md": text("Brest", "six")})
    # closed since
    write({"four.md": text("Secretsix", "secretsept")})
    write({"four.md": text("Secrethuit", "secretneuf")})
    write({"four.md": text("Secrethuit", "secretneuf", CLOSED)})
    visitor = app.test_client()
    told = {
        url: visitor.get(url, headers={"Accept-Language": "fr"}).get_data(as_text=True)
        for url in ("/-/changes", "/-/changes.atom", "/-/history/jardin", "/-/history/serre")
    }
    for url, shown in told.items():
        assert "secret" not in shown.casefold(), url
    assert "Rennes → Dakar" in told["/-/history/jardin"]
    assert "Lyon → Brest" in told["/-/changes"]
    assert visitor.get("/-/history/four").status_code == 404
