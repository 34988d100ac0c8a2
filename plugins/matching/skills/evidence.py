"""What speaks for each skill that a need may ask for, and how likely it makes the skill (pure).

::

    its words   where a term of the skill stands: title, keywords, text ┐
    its meaning how near it is to the skill (recognition.py)            ┴─▶ signs ─▶ likelihood

How much each sign counts is learned from needs that were judged by hand (``python -m bench
weights``): a logistic regression, the same for all skills, so that it holds for skills that no
judged need asks for.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wiki.api.meaning import content_stems, fold

from ..texts import Text
from ..trades import Skill, Trades

#: what a need asks *for* stands before these words; what follows is what it is about
_AIM = re.compile(
    r"\b(?:pour|afin|qui|que|avec|dans|chez|aupres|sur|parmi|chaque|for|who|to|with|in|at)\b", re.I
)
#: a need that begins so names whom it wants in the next word
_ARTICLE = re.compile(
    r"(?:(?:je|nous|on)\s+)?(?:(?:cherch|recherch|trouv|rencontr)\w*\s+|besoin\s+d['’]?\s*)?"
    r"(?P<article>(?:un|une|des|deux|trois|quelques|a|an|some)\s+)?(?P<noun>[a-z-]+)"
)
#: how the words for those who have a trade end
_TRADE = re.compile(
    r"[\w-]{2,}(?:iers?|ieres?|istes?|eurs?|euses?|trices?|logues?|graphes?|nomes?|iens?|iennes?"
    r"|iatres?)"
)
_WORD = re.compile(r"[a-z-]+")
#: things whose words end in the same way
_THINGS = frozenset((
    "atelier", "entretien", "lien", "ancien", "ancienne", "quotidien", "chien", "soutien",
    "maintien", "fichier", "chantier", "cahier", "dossier", "papier", "courrier", "calendrier",
    "quartier", "metier", "clavier", "escalier", "sentier", "panier", "mobilier", "matiere",
    "lumiere", "maniere", "premier", "premiere", "dernier", "derniere", "serveur", "capteur",
    "ordinateur", "moteur", "valeur", "couleur", "secteur", "erreur", "compteur", "afficheur",
    "navigateur", "interieur", "exterieur", "indicateur", "simulateur", "televiseur", "liste",
    "piste", "paragraphe", "plusieurs", "catalogue", "dialogue", "meilleur", "meilleure", "plaisir",
    "acteur", "editeur", "utilisateur", "visiteur", "testeur", "employeur", "hauteur", "largeur",
    "longueur", "chaleur", "vapeur", "odeur",
))  # fmt: skip
#: words for someone that do not say what they can do
ANYONE = frozenset((
    "specialiste", "specialistes", "technicien", "technicienne", "ingenieur", "ingenieure",
    "ingenieurs", "conseiller", "conseillere", "professionnel", "consultant", "referent",
    "animateur", "animatrice", "createur", "creatrice", "collaborateur", "collaboratrice",
    "directeur", "directrice", "coordinateur", "coordinatrice", "stagiaire", "engineer",
    "scientifique", "tuteur", "tutrice",
))  # fmt: skip
_FULL_STOP = re.compile(r"[.!?;]\s+")
_SENTENCE = re.compile(r"[.!?;\n]+")
#: an acronym, or a name within a sentence
_NAME = re.compile(r"\b[A-Z]{2,6}\b|(?<=[\w,] )[A-Z][\w.]+")
#: skills that no word names are passed over where the need is no nearer to them
_NEARER = 1.0


@dataclass(frozen=True)
class Meant:
    """How near a need is to a skill in meaning: ``nearness`` in spreads of its nearness to all, and
    whether no skill is nearer."""

    nearness: float
    nearest: bool = False


#: how near a need is to each skill; None where nothing reads meanings
Meanings = Mapping[Skill, Meant] | None
#: what is taken for it where nothing reads: by a title or keywords, and by the text
_SAID, _TOLD = Meant(4.5, True), Meant(2.0)

#: what each sign adds to the log odds of a skill, and "none" for what there is without any
WEIGHTS: Mapping[str, float] = {
    # for each spread that the need is nearer in meaning; that no skill is nearer
    "near": 0.55, "nearest": 0.63,
    # a term of it stands in the title; one of several words, or a name; one with other senses
    "title": -0.27, "title term": 3.74, "title doubtful": -0.50,
    # the same in a keyword, where one with other senses is half a sign, and in the text
    "keyword": 2.97, "text": 0.21, "text term": 3.33,
    # another term of its field stands somewhere
    "witnessed": 1.65,
    # the title begins with a word for anyone, and does not name it
    "anyone": -1.69,
    "none": -2.83,
}  # fmt: skip


def likelihoods(
    need: Text, trades: Trades, meant: Meanings, weights: Mapping[str, float] = WEIGHTS
) -> Mapping[Skill, float]:
    """The log odds that ``need`` asks for a skill, for each that anything speaks for."""
    return {
        skill: weights["none"] + sum(weights[sign] * value for sign, value in found.items())
        for skill, found in signs(need, trades, meant).items()
    }


def signs(need: Text, trades: Trades, meant: Meanings) -> Mapping[Skill, Mapping[str, float]]:
    """The signs (``WEIGHTS``) for each skill that a word names or that the meaning is near to."""
    heading, *rest = _FULL_STOP.split(need.title)
    title = list(_named(heading, trades))
    keywords = [one for word in need.keywords for one in _named(word, trades)]
    text = (*rest, *_SENTENCE.split(need.body))
    told = [one for part in text for one in _named(part, trades)]
    fields = Counter(one.skill.field for one in (*title, *keywords, *told))
    found: dict[Skill, dict[str, float]] = {}

    def add(skill: Skill, sign: str, value: float = 1.0) -> None:
        own = found.setdefault(skill, {})
        own[sign] = value if sign not in own else max(own[sign], value)

    for one in title:
        add(one.skill, "title doubtful" if one.doubtful else "title")
        if one.term:
            add(one.skill, "title term")
    for one in keywords:
        add(one.skill, "keyword", 0.5 if one.doubtful else 1.0)
    for one in told:
        if not one.doubtful:
            add(one.skill, "text")
        if one.term:
            add(one.skill, "text term")
    for skill in found:
        if fields[skill.field] > 1:
            add(skill, "witnessed")
    if meant is None:
        said = found.keys() & {one.skill for one in (*title, *keywords) if not one.doubtful}
        meant = {skill: _SAID if skill in said else _TOLD for skill in found}
    for skill, near in meant.items():
        if skill in found or near.nearness > _NEARER:
            add(skill, "near", near.nearness)
            add(skill, "nearest", float(near.nearest))
    begun = trade_named(heading)
    anyone = begun.partition(" ")[0] in ANYONE
    trade = set() if anyone else set(trade_skills(begun, trades))
    named = {one.skill for one in _named(begun, trades) if not one.doubtful} if anyone else set()
    for skill in found:
        if skill in named:
            add(skill, "title term")
        add(skill, "anyone", float(anyone and skill not in named))
    asked = begun if trade else "" if anyone else _noun_named(heading)
    first, *others = trades.sure_mentions(content_stems(asked)) or (None,)
    if first is None or first.start > 0:
        return found
    # Who or what is asked for comes first, and then what for: another field is no substitute. But
    # what stands right behind a trade says which: a “développeur immobilier” is no developer.
    head = {skill.field for skill in first.skills}
    if others and others[0].start == first.end and trade:
        head = {skill.field for skill in others[0].skills}
    else:
        head.update(one.skill.field for one in _named(asked, trades))
    return {skill: own for skill, own in found.items() if skill.field in head}


@dataclass(frozen=True)
class _Named:
    """A skill that a word names: by a ``term`` of several words or a name, or one with other
    senses."""

    skill: Skill
    term: bool
    doubtful: bool


def _named(words: str, trades: Trades) -> Iterator[_Named]:
    capitals = {stem for run in _NAME.findall(words) for stem in content_stems(run)}
    stems = content_stems(words)
    sure = trades.sure_mentions(stems)
    for one in trades.mentions(stems):
        doubtful = one not in sure
        term = not doubtful and (one.end - one.start > 1 or stems[one.start] in capitals)
        for skill in one.skills:
            yield _Named(skill, term, doubtful)


def trade_skills(noun: str, trades: Trades) -> list[Skill]:
    """The skills that ``noun`` begins with."""
    found = trades.mentions(content_stems(noun))
    return [skill for one in found if one.start == 0 for skill in one.skills]


def trade_named(title: str) -> str:
    """What a title asks for that begins with whom it wants, up to what for; "" for another."""
    asked = _noun_named(title)
    noun = _WORD.match(asked)
    if noun is None or _TRADE.fullmatch(noun[0]) is None:
        return ""
    return "" if noun[0] in _THINGS or noun[0].rstrip("s") in _THINGS else asked


def _noun_named(title: str) -> str:
    """What a title asks for that begins with an article, from its noun up to what for."""
    words = fold(_AIM.split(title, maxsplit=1)[0]).strip()
    found = _ARTICLE.match(words)
    return words[found.start("noun") :] if found is not None and found["article"] else ""
