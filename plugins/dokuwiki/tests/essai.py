"""The small site of the tests: what its people wrote, round by round; its texts are ours."""

import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from .real import RealDokuWiki

PEOPLE = {
    "awa": ("Awa: Diop".replace(":", "\\:"), "awa@essai.example", "admin,user"),
    "marc": ("Marc Le Goff", "marc@essai.example", "user"),
    "zoe": ("Zoé Tran", "zoe@essai.example", "user,bureau"),
}
RULES = (
    "*            @ALL     1\n"
    "*            @user    8\n"
    "bureau:*     @ALL     0\n"
    "bureau:*     @user    0\n"
    "bureau:*     @bureau  8  # le bureau seul\n"
    "membres:*    @ALL     0\n"
    "membres:*    @user    8\n"
    "charte       @user    1\n"
    "bureau:lettre @ALL    1\n"
)

_LORA = """====== LoRa à la ferme ======
**LoRa** relie des [[:capteur|capteurs]] d'humidité, voir la [[..:reunions:mars#Décisions|réunion]],
//[[reunions:|toutes]]//, [[serre]], [[.serre|la serre]], [[wp>LoRa]] et [[doku>syntax#links]].
Le guide((Celui de [[https://exemple.example/guide_2?a=1&b=2|la chambre]], **à lire**.)) dit tout((
Celui de [[https://exemple.example/guide_2?a=1&b=2|la chambre]], **à lire**.)).
{{tag>agriculture "objets connectés"}}

---- dataentry projet ----
Territoire      : Bretagne
partenaires_wiki: Ferme des Tilleuls
statut          : prototype   # depuis mars
----

===== Matériel =====
^ Pièce   ^ Où        ^  Prix  ^
| [[:capteur|Sonde]] | {{ :plan.png?40 |Le plan}} |  12 |
| Antenne | [[https://exemple.example/antenne|plan]] ||
| :::     | {{projets:notice.txt|la notice}} |  3 |

  * un\\\\ deux
    * **trois** : {{projets:champ.png?100x50}}
      - quatre [[zoe@essai.example]]
  - cinq <code python essai.py>
print("[[rien]] | **rien**")
</code>

<WRAP important>
Lire la [[:charte]], ''sans'' faute.
</WRAP>

> Une [[:lexique:a|citation]]
>> et sa réponse :-)
"""
_MINUTES = """===== Réunion de {month} =====
Étaient là [[user>awa]], [[:personnes:marc|Marc]] et [[:personnes:zoe|Zoé]].
  * [[:projets:lora]], [[projets:serre]] et [[:projets:|les projets]] ; [[{before}|avant]]
  * [[.:{after}|après]], [[start]], [[:start|l'accueil]], [[:absente]] et [[lexique:B]]
==== Décisions ====
  - {{{{:plan.png|plan}}}} et {{{{..:projets:champ.png|}}}} à montrer, [[http://exemple.example/{month}]]
  - Revoir [[:lexique:c_d|C et D]], [[:LEXIQUE:Écran|l'écran]] ; [[:lexique:a#sens]]
[[:ancienne|L'ancienne page]] dit [[https://exemple.example/{month}/x_y|le reste]].
"""
_MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin")


def _minutes() -> dict[str, str]:
    around = [*_MONTHS[-1:], *_MONTHS, *_MONTHS[:1]]
    return {
        f"reunions:{month}": _MINUTES.format(month=month, before=before, after=after)
        for before, month, after in zip(around, _MONTHS, around[2:], strict=False)
    }


#: rounds of (page, text, what is said of it), each by one person, oldest first
ROUNDS: tuple[tuple[str, dict[str, tuple[str, str]]], ...] = (
    (
        "awa",
        {
            "projets:lora": ("====== LoRa ======\nUn début.\n", "Premières pages"),
            "projets:perdue": ("Une page de trop.\n", "Erreur"),
            "charte": ("====== Charte ======\nNe pas nuire, dit [[bureau:pv]].\n", ""),
            "bureau:pv": ("Secret de [[bureau:start|bureau]] {{bureau:sceau.png}}\n", "PV"),
            "membres:annuaire": ("Entre nous, [[:start]].\n", "Annuaire"),
        },
    ),
    (
        "marc",
        {
            "projets:lora": (_LORA.replace("quatre", "4"), "Le matériel"),
            "projets:serre": ("====== Serre ======\n[[lora]] et [[.:absente|rien]]\n", "Serre"),
            "projets:projets": ("====== Les projets ======\n[[lora]], [[serre]]\n", ""),
            "ancienne": ("~~GOTO>projets:lora~~\n", "Ailleurs"),
            "lexique:a": ("===== Sens =====\nVoir [[b]] et [[c d]].\n", ""),
            "lexique:b": ("Voir [[a]], [[Écran]] <html><b>gras</b></html>\n", ""),
            "lexique:c_d": ("~~NOTOC~~ {{indexmenu>..}} [[..:|tout]]\n", ""),
            "lexique:écran": ("Un écran, [[~:large]], [[:projets:lora|LoRa]].\n", ""),
            **{page: (text, "Compte rendu") for page, text in _minutes().items()},
        },
    ),
    (
        "zoe",
        {
            "projets:lora": (_LORA, "Une lettre"),
            "projets:perdue": ("", "Supprimée"),
            "start": (
                "====== Accueil ======\n[[projets:]] [[reunions:mars]] [[lexique:a]] [[charte]]\n",
                "Accueil",
            ),
        },
    ),
)


def picture(colour: str = "green") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


def fill(real: "RealDokuWiki") -> None:
    """Has its people write, as it is served."""
    for name in ("plan.png", "projets:champ.png", "bureau:sceau.png"):
        real.upload("awa", name, picture())
    real.upload("marc", "projets:notice.txt", "Visser à fond.\n".encode())
    for who, texts in ROUNDS:
        for page, (text, summary) in texts.items():
            writer = "awa" if page.startswith("charte") else who
            real.save(writer, page, text, summary, minor=summary == "Une lettre")
    real.upload("marc", "plan.png", picture("red"))
