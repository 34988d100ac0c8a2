"""The plugin as the wiki loads it, and a small wiki of needs and offers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wiki.instance import Instance

NEEDS = """---
type: project
territory: Bretagne
team: [personnes/awa]
---
# LoRa à la ferme

::: besoins
- [ ] Un juriste pour relire nos conditions d'utilisation #rgpd {#b-aaaaaaaa}
- [ ] Un expert LoRa pour l'architecture radio de nos capteurs #LoRa @Bretagne {#b-bbbbbbbb}
- [ ] Des investisseurs pour une levée de fonds #capital {#b-cccccccc}
- [x] Une ferme où essayer nos capteurs {#b-dddddddd}

:::
"""
LEA = """---
type: person
territory: Bretagne
skills: [cartographie]
availability: a-little
---
# Léa

::: offres
- Ingénieure, je conseille sur les objets connectés et les capteurs #radio dispo:1 {#o-aaaaaaaa}

:::
"""
MARC = """---
type: person
---
# Marc

::: offres
- Avocat, je relis des conditions d'utilisation et des registres #rgpd dispo:2 {#o-bbbbbbbb}
- Je prête un four à pain {#o-cccccccc}

:::
"""
SECRET = """---
type: person
visibility: members
---
# Zoé

::: offres
- Juriste des conditions d'utilisation et du RGPD, entre nous #rgpd {#o-dddddddd}

:::
"""
WORDS = """# Thésaurus

- objets connectés = IoT
  - LoRa = LoRaWAN
- juriste = avocat
"""
MONEY = "---\ntitle: Financements\nanswers: [investisseur, levée de fonds]\n---\nDes portes.\n"


@pytest.fixture
def farm(
    write: Callable[..., str], instance: "Instance", plugin_module: Callable[[str], Any]
) -> "Instance":
    """Needs, offers, a thesaurus and a page about money; compared, by words alone."""
    object.__setattr__(instance.settings, "encoder", "off")
    write(
        {
            "lora.md": NEEDS,
            "personnes/lea.md": LEA,
            "personnes/marc.md": MARC,
            "personnes/zoe.md": SECRET,
            "thesaurus.md": WORDS,
            "financements.md": MONEY,
            **{
                f"personnes/p{n}.md": f"---\ntype: person\n---\n# P{n}\n\n::: offres\n- {what}"
                f" {{#o-9999999{n}}}\n\n:::\n"
                for n, what in enumerate(
                    (
                        "Une salle à Lyon",
                        "Des photos",
                        "Du pain",
                        "Un vélo cargo",
                        "Des cours de violon",
                    )
                )
            },
        }
    )
    plugin_module("pairs").pair_all(instance)
    return instance
