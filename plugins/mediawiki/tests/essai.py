"""The small site of the tests: what its people wrote, round by round; its texts are ours."""

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from .real import RealMediaWiki

_LORA = """{{Infobox projet
| nom = LoRa à la ferme
| statut = prototype
| date = 12 mars 2026
| territoire = Bretagne
| partenaires = [[Ferme des Tilleuls]]
| team = Awa
}}
'''LoRa à la ferme''' relie des [[capteur]]s d'humidité.
Voir [[Réunions/Mars 2026|la réunion de mars]], [[Aide:Écrire une page|l'aide]],
[[Utilisateur:Awa|Awa]] et
[[#Matériel|le matériel]].<ref name="guide">''Guide'', [https://exemple.fr/guide_2 n°2].</ref>

== Matériel ==
{| class="wikitable"
! Pièce !! Où
|-
| [[Capteur|Sonde]] || [[Ferme des Tilleuls]]
|-
| Antenne || [[Lycée agricole]]<br>[https://exemple.fr/antenne plan]
|}
[[Fichier:Champ vu du ciel.png|vignette|200px|alt=Un champ|Le champ, par [[Utilisateur:Marc|Marc]]]]

== Suite ==
* {{Lien vers|Lycée agricole}}
** {{À faire|peser|qui=[[Utilisateur:Marc|Marc]]}}
* [[capteurs]] et [[:Catégorie:Agriculture]]
# un pas<ref name="guide" />
# un autre, {{Absent|x}}

<gallery>
Champ vu du ciel.png|Le [[Ferme des Tilleuls|champ]]
Sonde.png
</gallery>
[[Catégorie:Agriculture]]
[[Catégorie:Objets connectés|LoRa]]
"""

#: rounds of (title, text) that one person writes with one comment, oldest first
ROUNDS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "Awa",
        "Premières pages",
        {
            "LoRa à la ferme": "'''LoRa''' relie des [[capteur]]s.\n\n[[Catégorie:Agriculture]]\n",
            "Capteur": "Un ''capteur'' mesure. [[LoRa à la ferme]]\n",
            "Capteurs": "#REDIRECTION [[Capteur]]\n",
            "Sonde": "#REDIRECTION [[Capteurs]]\n",
            "Un": "#REDIRECTION [[Deux]]\n",
            "Deux": "#REDIRECTION [[Un]]\n",
            "Modèle:Lien vers": "→ [[{{{1}}}]]<noinclude>\nAide : [[Modèle:X]]</noinclude>",
            "Modèle:À faire": "'''À faire :''' {{{1}}}{{#if:{{{qui|}}}|, par {{{qui}}}}}",
            "Modèle:Infobox projet": "{{{nom}}}, {{{statut|?}}}",
            "Catégorie:Agriculture": "Ce qui se cultive. [[Ferme des Tilleuls]]\n",
            "Aide:Écrire une page": "Cliquez là. [[Capteur]] [[mw:Help:Editing|aide]]\n",
            "Utilisateur:Awa": "Ingénieure. [[LoRa à la ferme]]\n",
            "Discussion:LoRa à la ferme": (
                "== Nom ==\nFaut-il le changer ? [[Utilisateur:Awa|Awa]]\n"
                ": Non. [[Utilisateur:Marc|Marc]]\n"
            ),
            "MediaWiki:Sidebar": "* navigation\n",
        },
    ),
    (
        "Marc",
        "Le matériel",
        {
            "LoRa à la ferme": _LORA,
            "Ferme des Tilleuls": (
                "Une ferme de 30 ha. [[Lycée agricole]] {{Lien vers|Capteur}}\n"
                "<script>alert(1)</script>\n"
            ),
            "LoRa à la Ferme": "Une page dont le titre ne diffère que par une majuscule.\n",
        },
    ),
    ("Zoé", "/* Suite */ une phrase", {"LoRa à la ferme": f"{_LORA}Une phrase de plus.\n"}),
)
#: pages below another, as these are no names of files
BELOW = ("Réunions/", {"Mars 2026": "Présents : Awa, Marc. [[LoRa à la ferme]] [[../|Réunions]]\n"})
FILES = ("Champ vu du ciel.png", "Sonde.png")


def _dense(number: int) -> str:
    """A page with links of all kinds to others."""
    one, other = (number + 1) % 25, (number * 7 + 3) % 25
    return f"""[[Essai {one}]] et [[essai {other}|''celui-ci'']], [[Essai_{one + 25}]]s,
[[Sonde|mesure]].
* {{{{Lien vers|Essai {other + 50}}}}}
*: [[:Fichier:Sonde.png|fichier]], [[Média:Sonde.png|direct]] et [[Discussion:LoRa à la ferme]]
{{| class="wikitable"
| colspan="2" | [[Essai {one + 75}#Bas|bas]]
|-
! [[Aide:Écrire une page|aide]]
|
* [[Essai {other + 100}]]
* [https://exemple.fr/{number}/a_b?c=d(e) ici] https://exemple.fr/{number}/f.
|}}
{{{{À faire|[[Essai {one + 125}]]|qui=[[Utilisateur:Marc]]}}}}<ref>[[Essai {other + 150}]]</ref>
<div>''[[Essai {one + 175}]]'' <b>[[Essai {other + 200}|gras]]</b></div> <!-- [[Caché]] -->
<nowiki>[[Rien]]</nowiki> [[Fichier:Sonde.png|30px]]
[[Image:champ vu du ciel.png|cadre|[[Essai 0]]]]
; [[Essai {one + 225}]] : [[Essai {other + 250}]]
<references />
[[Catégorie:Essais]]
"""


def fill(site: "RealMediaWiki", folder: Path) -> None:
    """Has all of it written there."""
    for number, (user, comment, texts) in enumerate(ROUNDS):
        site.write(texts, folder / str(number), user=user, comment=comment)
    dense = {f"Essai {number}": _dense(number) for number in range(25)}
    site.write(dense, folder / "dense", user="Awa", comment="Des liens")
    prefix, texts = BELOW
    site.write(texts, folder / "below", user="Awa", comment="Compte rendu", prefix=prefix)
    pictures = folder / "pictures"
    pictures.mkdir()
    for number, name in enumerate(FILES):
        Image.new("RGB", (40, 30), (40 * number, 120, 60)).save(pictures / name)
    site.upload(pictures, user="Marc", comment="Une vue")
