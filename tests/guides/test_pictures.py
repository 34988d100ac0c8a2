"""Pictures of what no guide walks to, for the README and the reference: by ``make pictures``."""

import os

import pytest

from tests.guides.studio import Studio
from tests.journeys.browsing import Open, Site

pytestmark = pytest.mark.skipif(not os.environ.get("WIKI_PICTURES"), reason="make pictures")
#: the name of each by language, who looks, at what
SCREENS = {
    "fr": (("project", "", "/projets/lora-a-la-ferme"), ("needs", "", "/-/needs")),
    "en": (
        ("monday", "administratrice", "/-/admin"),
        ("settings", "administratrice", "/-/admin/settings"),
    ),
}


def test_screens_are_photographed(browse: Open, new_starter: Site, studio: Studio) -> None:
    for name, person, path in SCREENS[studio.language]:
        visit = browse()
        if person:
            new_starter.cookie(visit.page.context, person)
        visit.page.goto(new_starter.url + path)
        studio.picture(visit.page, name)
