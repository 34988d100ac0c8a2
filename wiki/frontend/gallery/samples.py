"""What the gallery shows: made-up projects, needs and pages, in the language of our readers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from markupsafe import Markup

Values = dict[str, Any]
NOW = datetime.now(UTC)


def link(label: str, url: str = "#") -> Values:
    """A label and where it leads."""
    return {"label": label, "url": url}


def ago(**parts: int) -> datetime:
    """A moment before now."""
    return NOW - timedelta(**parts)


def item(html: str, project: str = "", **more: Any) -> Values:
    """A need or an offer."""
    return {
        "id": f"b-{abs(hash(html)) % 10**8:08d}",
        "url": "/-/needs/b-7k2qx9ma",
        "html": Markup(html),  # noqa: S704
        "space": link(project) if project else None,
        "keywords": [],
        "places": [],
        "before": None,
        "state": "open",
        "availability": "",
        "nested": "",
        "answer": link("Je peux aider"),
    } | more


def step(day: date, state: str, html: str) -> Values:
    """A line of a project's history."""
    return {"date": day, "state": state, "html": Markup(html)}  # noqa: S704


def project(title: str, summary: str, **more: Any) -> Values:
    """A project as a list shows it."""
    return {
        "title": title,
        "url": "/project.html",
        "summary": summary,
        "state": "",
        "territory": "",
        "themes": [],
        "needs": 0,
        "updated": None,
        "image": "",
    } | more


NEEDS = [
    item(
        "Un expert LoRaWAN pour relire l’architecture radio",
        "LoRa à la ferme",
        keywords=[link("lora"), link("objets-connectés")],
        before=date(2027, 3, 1),
    ),
    item(
        "Un lieu d’expérimentation agricole, une vingtaine d’hectares, d’ici le printemps",
        "LoRa à la ferme",
        keywords=[link("expérimentation")],
        places=["Bretagne"],
    ),
    item(
        "Quelqu’un qui parle wolof et français pour relire les messages vocaux",
        "Récolte parlée",
        keywords=[link("langues"), link("voix")],
        places=["Dakar", "à distance"],
    ),
    item(
        "Une heure avec une juriste pour choisir entre association et coopérative",
        "L’atelier du quai",
        keywords=[link("statuts")],
        before=date(2027, 1, 15),
    ),
]
OFFERS = [
    item(
        "Relire un cahier des charges, surtout la partie données personnelles",
        "Marc",
        availability="une heure par mois",
        keywords=[link("rgpd")],
        answer=link("Je suis intéressé"),
    ),
    item(
        "Prêter une salle de quarante places à Rennes, en soirée",
        "La Grange numérique",
        places=["Rennes"],
        answer=link("Je suis intéressé"),
    ),
    item(
        "Raconter comment nous avons trouvé nos cinq premiers partenaires",
        "Awa",
        availability="de temps en temps",
        answer=link("Je suis intéressé"),
    ),
]
PROJECTS = [
    project(
        "LoRa à la ferme",
        "Des capteurs qui tiennent dix ans dans un champ, et que l’on répare soi-même.",
        state="Prototype",
        territory="Bretagne",
        needs=2,
        updated=ago(days=1),
    ),
    project(
        "Récolte parlée",
        "Les prix du marché au téléphone, dans la langue que l’on parle à la maison.",
        state="Pilote",
        territory="Dakar",
        needs=1,
        updated=ago(days=4),
    ),
    project(
        "L’atelier du quai",
        "Un lieu où l’on apprend à réparer ce que l’on possède déjà.",
        state="Concept",
        territory="Pays de la Loire",
        needs=3,
        updated=ago(days=6),
    ),
    project(
        "Mémoire de rue",
        "Les habitants racontent leur quartier, un portail donne à entendre leurs voix là où "
        "elles ont été enregistrées.",
        state="Sur le marché",
        territory="France entière",
        updated=ago(days=12),
    ),
    project(
        "Compost partagé",
        "Savoir quel bac est plein avant de descendre quatre étages.",
        state="Idée",
        territory="Lyon",
        needs=1,
        updated=ago(days=20),
    ),
    project(
        "Ma ligne à la demande",
        "Le bus passe quand on l’appelle, et le soir aussi.",
        state="En pause",
        updated=ago(days=41),
    ),
]
STEPS = [
    step(date(2026, 11, 12), "", "Article dans la presse agricole"),
    step(date(2026, 9, 12), "Prototype", "Premier capteur posé à Plouha, sous une haie"),
    step(date(2026, 5, 2), "", "Présenté au <a href='#'>Carrefour de Rennes</a>"),
    step(date(2026, 3, 1), "Concept", "Deux agricultrices acceptent d’essayer"),
]
BODY = Markup("""  <p>Un agriculteur passe une heure par jour à aller voir. Voir si la
citerne est pleine, si la clôture tient, si la terre est assez sèche pour semer. Nous posons des
capteurs qui répondent à ces trois questions, et à aucune autre.</p>
<p>Ils parlent par <strong>LoRaWAN</strong>, un réseau radio qui porte à quinze kilomètres avec une
pile de montre. <em>Rien ne passe par un téléphone, rien ne part chez un tiers</em> : les mesures
restent sur un petit ordinateur, dans la ferme.<sup><a href="#n1">1</a></sup></p>
<h2 id="ce-que-nous-avons-appris">Ce que nous avons appris</h2>
<p>Trois capteurs sur cinq ont tenu l’hiver. Les deux autres ont pris l’eau par le presse-étoupe,
que nous avons depuis remplacé par une simple boucle de câble vers le bas. C’est moins élégant et
cela marche. Voir aussi <a href="#">le cahier des charges</a> et
<a class="missing" href="#">le plan de câblage</a>.</p>
<ul><li>la portée réelle, dans le bocage, est de quatre kilomètres ;</li>
<li>une pile de 3,6 V dure deux hivers, pas dix ans, tant que l’on mesure toutes les
cinq minutes ;</li><li>personne ne veut d’une application de plus.</li></ul>
<blockquote><p>Si c’est sur le tableau de la cuisine, je le regarde. Si c’est dans le téléphone,
j’oublie.</p></blockquote>
<h3 id="prix">Ce que cela coûte</h3>
<table><thead><tr><th>Pièce</th><th>Prix</th><th>Où la trouver</th></tr></thead>
<tbody><tr><td>Module radio</td><td>11 €</td><td>partout</td></tr><tr><td>Boîtier imprimé</td>
<td>2 €</td><td>à la Grange numérique</td></tr><tr><td>Sonde d’humidité</td><td>9 €</td>
<td>chez un revendeur breton</td></tr></tbody></table>
<h2 id="la-suite">La suite</h2>
<p>Avant le printemps, nous voulons dix fermes. Le plus dur n’est pas la technique : c’est de
trouver qui viendra changer une pile en février.</p>
<ul><li><input type="checkbox" disabled checked aria-label="Fait"> trouver un nom</li>
<li><input type="checkbox" disabled aria-label="À faire"> écrire le guide de pose</li></ul>
<pre tabindex="0"><code>lora send --ferme plouha --citerne 82</code></pre>
<h2 id="qui-nous-sommes">Qui nous sommes</h2>
<p>Une agricultrice, un électronicien à la retraite, et une classe de lycée qui soude mieux que nous
deux.</p>
<section class="footnotes"><ol><li id="n1"><p>Un nano-ordinateur à 40 €, sur l’étagère de
l’entrée.</p></li></ol></section>""")
