"""The theme can be read, and is chosen by those who say that they may."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wiki.config.look.colours import GROUNDS, contrast
from wiki.testing import module_wiki, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
CSS = (Path(__file__).parents[1] / "static" / "theme.css").read_text("utf-8")
GROUND = ("background", "sheet", "sunk")
#: words, and what they stand on
READ = {
    **dict.fromkeys(("foreground", "muted-foreground", "primary", "need", "offer"), GROUND),
    **{name: (f"{name}-ground",) for name in ("danger", "warning", "added")},
    "primary-foreground": ("primary",),
    "on-colour": ("danger",),
}


def variables(mode: str) -> dict[str, str]:
    """What the theme sets in light, or in dark for who chose it."""
    begin = ":root {" if mode == "light" else ':root[data-theme="dark"] {'
    inside = CSS.split(f"\n{begin}", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", inside))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_and_lines_can_be_read(mode: str) -> None:
    found = variables(mode)
    pairs = [(one, ground) for one, grounds in READ.items() for ground in grounds]
    pairs += [("need", "need-ground"), ("offer", "offer-ground")]
    low = {
        pair: ratio for pair in pairs if (ratio := contrast(found[pair[0]], found[pair[1]])) < 4.5
    }
    low |= {
        (one, ground): ratio
        for one in ("input", "ring", "underline")
        for ground in GROUND
        if (ratio := contrast(found[one], found[ground])) < 3
    }
    assert low == {}
    # Accents are checked on the grounds that are nearest to the middle.
    black = "#000000"
    for ground in GROUND:
        bright, bound = contrast(found[ground], black), contrast(GROUNDS[mode], black)
        assert bright >= bound if mode == "light" else bright <= bound


def test_dark_is_the_same_for_device_and_choice() -> None:
    device = CSS.split("@media (prefers-color-scheme: dark) {", 1)[1].split("}", 1)[0]
    assert dict(re.findall(r"--([\w-]+): ([^;]+);", device)) == variables("dark")


def test_it_is_chosen_by_those_who_say_that_they_may(
    app: Any, person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    admin = log_in(person("Ada", "admin"))
    sent = {"choice": "", "font": "literata", "theme": "dsfr", "csrf_token": token(admin)}
    assert admin.post("/-/admin/settings/look", data=sent).status_code == 422
    assert "/dsfr/theme.css" not in app.test_client().get("/").get_data(as_text=True)
    sent["terms-dsfr"] = "1"
    assert admin.post("/-/admin/settings/look", data=sent).status_code == 303
    page = app.test_client().get("/").get_data(as_text=True)
    assert "/-/static/dsfr/theme.css?v=" in page and 'content="#161616"' in page
