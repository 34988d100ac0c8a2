"""A small wiki in which some things are near each other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.testing.module_wiki import app, instance

if TYPE_CHECKING:
    from wiki.instance import Instance

__all__ = ["app", "instance"]

PAGES = {
    "projets/ruche/index.md": "---\ntype: project\nthemes: [Abeilles, Agriculture]\n"
    "summary: Peser les ruches à distance\n---\n# Ruches connectées\n\n"
    "Des capteurs LoRa sous les ruches disent la météo et le miel.\n\n"
    "::: besoins\n- [ ] Un apiculteur qui prête trois ruches cet été #abeilles {#b-aaaaaaaa}\n"
    "- [x] Une balance de ruches {#b-bbbbbbbb}\n\n:::\n",
    "projets/bus/index.md": "---\ntype: project\nthemes: [Transports]\nsummary: Des bus le soir\n"
    "---\n# Bus du soir\n\nDes lignes et des horaires pour rentrer tard.\n",
    "projets/bus/horaires.md": "# Les horaires\n\nLes ruches ne prennent pas le bus.\n",
    "projets/cache/index.md": "---\ntype: project\nthemes: [Abeilles]\nvisibility: members\n"
    "summary: Le miel caché\n---\n# Ruches secrètes\n\nLes capteurs des ruches, entre nous.\n",
    "personnes/zoe.md": "---\ntype: person\nskills: [apiculture, ruches]\n---\n# Zoé\n\n"
    "::: offres\n- Je montre des ruches aux écoles #abeilles {#o-aaaaaaaa}\n\n:::\n",
    "dossiers/abeilles.md": "---\ntype: dossier\nthemes: [Abeilles]\n---\n# Les abeilles\n\n"
    "Ce que les ruches nous apprennent.\n",
}  # fmt: skip


@pytest.fixture
def hives(write: Callable[..., str], instance: "Instance") -> "Instance":
    """The wiki of ``PAGES``, compared by words alone."""
    object.__setattr__(instance.settings, "encoder", "off")
    write(PAGES)
    return instance
