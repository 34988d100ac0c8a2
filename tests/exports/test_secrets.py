"""What a reader is shown in no page is in none of the forms: neither now, nor of the past."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.exports.samples import PICTURE, Write, exported
from wiki.exports.forms import FORMS
from wiki.instance import Instance
from wiki.people.person import Person
from wiki.reading import Reader

_CLOSED = "---\nvisibility: team\nteam: [personnes/awa]\ntitle: {0}\n---\n# {0}\n\n{1}\n"
_STEPS: list[dict[str, str | bytes | None]] = [
    {
        "index.md": "# Accueil\n\n::: liste\n\n:::\n\n[[a]] [[b]] [[c/d]] ![[c/s.png]]\n",
        "a.md": _CLOSED.format("Titreun", "Motun"),
        "b.md": "# Titredeux\n\nMotdeux\n",
        "c/index.md": _CLOSED.format("Titretrois", "Mottrois"),
        "c/d.md": "---\ntype: project\ntitle: Titrequatre\n---\nMotquatre\n",
        "c/s.png": PICTURE,
        "c/e.md": "---\ntype: event\ntitle: Titrecinq\nstarts: 2030-01-01\n---\n"
        "::: besoins\n- [ ] Motcinq #motcle {#b-12345678}\n\n:::\n",
    },
    # One is opened, one is closed, one leaves what was closed.
    {"a.md": "# Ouvert\n\nMaintenant\n", "b.md": _CLOSED.format("Titredeux", "Motdeux")},
    {"c/d.md": None, "d.md": "---\ntype: project\ntitle: Sorti\n---\nDehors\n"},
]
_SECRETS = (
    *("Motun", "Titreun", "Motdeux", "Titredeux", "Mottrois", "Titretrois", "Motquatre"),
    *("Titrequatre", "Motcinq", "Titrecinq", "motcle", "s.png", "c/e", "@people", "@example"),
)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_that_is_closed_is_taken_along(
    instance: Instance, write: Write, person: Callable[..., Person], tmp_path: Path, form: str
) -> None:
    for number, step in enumerate(_STEPS):
        write(step, f"Message {number} Titredeux")
    person("Bo")
    files, report = exported(Reader(instance, None), form, tmp_path)
    own = "index.md" if form.startswith("markdown") else ""
    whole = {name: data.decode("utf-8", "replace") for name, data in files.items() if name != own}
    told = [
        (secret, name)
        for secret in _SECRETS
        for name, text in whole.items()
        if secret.casefold() in f"{name}\n{text}".casefold()
    ]
    assert told == []
    assert any("Sorti" in text for text in whole.values())
    assert not [line for line in report.lines() if "Titre" in line]
