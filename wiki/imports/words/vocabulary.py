"""What tables and forms call things in French and English, folded: what each word means (pure).

Folded: no capitals or accents, a hyphen between words. Of several, the most usual comes first.
"""

from wiki.pages.words import slug

_SAID = """
title: titre title nom name intitule nom-du-projet project-name projet project nom-complet
  full-name evenement event organisation organization structure raison-sociale nom-et-prenom
  denomination
first: prenom first-name firstname
last: nom-de-famille last-name lastname surname family-name
what: besoin besoins need needs offre offres offer offers demande titre title intitule objet quoi
  what text texte request competence
project: projet project nom-du-projet page-title space-title porteur page personne person espace
  organisation qui who structure
summary: resume summary en-une-phrase in-one-sentence accroche pitch mission sous-titre subtitle
  tagline baseline fonction role poste metier job-title position objectif
text: description texte text contenu content presentation detail details corps body
  body-markdown bio biographie biography a-propos about bio-markdown description-longue
  programme-detaille
details: details detail description precisions commentaire comment contexte context
themes: themes theme thematiques thematique mots-cles mot-cle keywords keyword tags tag
  etiquettes categories categorie category domaine domaines sujets topics
territory: territoire territory region departement localisation location zone territoires
  places lieux ville city commune perimetre lieu-d-action
state: etat state statut status phase avancement maturite maturity etape stage stade
  ou-il-en-est ou-ca-en-est where-it-stands
since: depuis since date-de-l-etat date-d-etat date-de-phase date-du-statut mise-a-jour updated
  derniere-mise-a-jour maj date-maj modifie-le dernieres-nouvelles last-news
begun: debut date-de-debut begun commence created creation date-de-creation date-creation
  cree-le lancement date-de-lancement start start-date date-debut demarrage date
team: equipe team porteurs porteur porteuse membres members owner porteur-de-projet responsable
  contact contacts organisateurs chef
organisation: organisation organisations organization structure structures employeur entreprise
  company sponsors sponsor partenaires partners porteur structure-porteuse incubateur
  etablissement affiliation organisme
acronym: sigle acronyme acronym
kind: type nature kind categorie format statut-juridique forme-juridique
siret: siret siren numero-siret
starts: debut date starts start date-de-debut date-debut start-date quand when jour day du
  date-et-heure dtstart
starttime: heure heure-de-debut heure-debut start-time time horaire
ends: fin ends end date-de-fin date-fin end-date au jusqu-au dtend
endtime: heure-de-fin heure-fin end-time
place: lieu place adresse address salle venue location ou where
programme: programme program projets projects projets-presentes
skills: competences competence skills skill expertises expertise savoir-faire
roles: roles role-dans-le-reseau participe-en-tant-que
availability: disponibilite availability dispo disponibilites
before: avant before echeance deadline date-limite due due-date pour-le date date-d-echeance
  avant-le fin
box: etat state statut status pourvu trouve resolu done clos
needs: besoins besoin needs need recherche ce-que-nous-cherchons
offers: offres offre offers offer ce-que-nous-proposons propose
website: site site-web website url lien link site-internet web homepage page-web inscription
repository: depot repository repo code-source source-code github gitlab git
mail: courriel mail email e-mail adresse-mail adresse-courriel mel adresse-e-mail
  courriel-de-contact email-address contact-mail
phone: telephone tel phone mobile portable numero-de-telephone gsm
visibility: visibilite visibility acces access confidentialite publie public
source: id identifiant identifier reference ref slug cle key numero uuid code
"""

_PERSONAL = """
adresse address adresse-postale postal-address rue street code-postal zip postcode age sexe
date-de-naissance birthday birth-date naissance ne-le nee-le genre gender nationalite nationality
iban salaire salary numero-de-securite-sociale
"""


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _read() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _SAID.strip().replace("\n  ", " ").split("\n"):
        name, _colon, words = line.partition(":")
        found[name] = tuple(words.split())
    return found


#: field → words of heads
HEADS = _read()
#: of a person, what else is nobody's business
PERSONAL = frozenset(_PERSONAL.split())
#: what lines of a table, or forms, are → words in their names
KINDS = {
    "project": _words("projet project startup initiative"),
    "person": _words("personne person people contact membre member annuaire expert"),
    "organisation": _words("organisation organization structure partenaire partner entreprise"),
    "event": _words("evenement event agenda rencontre meeting atelier calendrier"),
    "need": _words("besoin need demande request"),
    "offer": _words("offre offer proposition"),
}
#: what projects call how far they are, folded → the word that the wiki reads
STAGES = {
    **dict.fromkeys(_words("idee idea ideation emergence en-emergence"), "idée"),
    **dict.fromkeys(
        _words("concept investigation etude en-etude conception cadrage a-l-etude"),
        "concept",
    ),
    **dict.fromkeys(
        _words("prototype construction prototypage en-construction developpement poc"),
        "prototype",
    ),
    **dict.fromkeys(
        _words("pilote pilot experimentation acceleration en-experimentation test"),
        "pilote",
    ),
    **dict.fromkeys(
        _words("marche market deploiement deploye opere consolidation en-production"),
        "marché",
    ),
    **dict.fromkeys(_words("en-pause pause paused suspendu en-sommeil"), "en-pause"),
    **dict.fromkeys(
        _words(
            "arrete stopped abandonne clos ferme termine alumni arretee "
            " investigation-non-concluante"
        ),
        "arrêté",
    ),
    **dict.fromkeys(_words("transmis transferred transfere handed-over"), "transmis"),
}
ENGLISH_STAGES = {
    "idée": "idea",
    "concept": "concept",
    "prototype": "prototype",
    "pilote": "pilot",
    "marché": "market",
    "en-pause": "paused",
    "arrêté": "stopped",
    "transmis": "transferred",
}

_REGIONS = (
    "Auvergne-Rhône-Alpes, Bourgogne-Franche-Comté, Bretagne, Centre-Val de Loire, Corse, Grand Est"
    ", Hauts-de-France, Île-de-France, Normandie, Nouvelle-Aquitaine, Occitanie, Pays de la Loire"
    ", Provence-Alpes-Côte d'Azur, PACA, Guadeloupe, Guyane, La Réunion, Martinique, Mayotte"
    ", Nouvelle-Calédonie, Polynésie française, Brittany, Normandy, Corsica, Alsace, Aquitaine"
    ", Auvergne, Bourgogne, Limousin, Lorraine, Picardie, Midi-Pyrénées, Languedoc-Roussillon"
    ", Rhône-Alpes, Poitou-Charentes, Franche-Comté, Champagne-Ardenne, Basse-Normandie"
    ", Haute-Normandie, Nord-Pas-de-Calais"
)
#: the regions of France, now and before 2016
REGIONS = frozenset(slug(one) for one in _REGIONS.split(", "))
