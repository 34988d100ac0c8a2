"""What a need asks a person to be able to do, what a person can do, and how well these meet (pure).

A person page lists skills in a word or two each; by nearness of such words anything meets anything.
What counts is what a skill *is* (``trades.py``): nobody is proposed but for a skill that the need
asks for.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiki.api import fold, telling_stems

from .texts import Text
from .trades import Mention, Skill, Trades, closeness

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
_ANYONE = frozenset((
    "specialiste", "specialistes", "technicien", "technicienne", "ingenieur", "ingenieure",
    "ingenieurs", "conseiller", "conseillere", "professionnel", "consultant", "referent",
    "animateur", "animatrice", "createur", "creatrice", "collaborateur", "collaboratrice",
    "directeur", "directrice", "coordinateur", "coordinatrice", "stagiaire", "engineer",
    "scientifique", "tuteur", "tutrice",
))  # fmt: skip
_SENTENCE = re.compile(r"[.!?;\n]+")
#: an acronym, or a name within a sentence
_NAME = re.compile(r"\b[A-Z]{2,6}\b|(?<=[\w,] )[A-Z][\w.]+")
#: what a skill that only the page's summary says counts beside one that it lists
_SUMMARY = 0.85
#: what a skill that a need is also about adds for who has it
ALSO = 0.15
#: below, a skill does not serve
LEAST = 0.45
#: how near in meaning a need is at least to a skill that a word of it names, in spreads of all
#: skills: by where the word stands. A term of several words and a name are believed in a title.
_IN_TITLE, _IN_KEYWORDS, _IN_BODY, _TERM_IN_BODY = 1.8, 1.5, 2.3, 1.5
#: so much less where another word names a skill of the same field
_WITNESSED = 1.0
#: the same for a word with other senses
_DOUBTFUL = 3.0
#: skills that words name and that are less near than the nearest by more are passed over
_AS_NEAR = 1.0
#: how near where no word says so, and how many other skills may be nearer for one encoder
_UNSAID, _BEFORE = 2.8, 2


@dataclass(frozen=True)
class Meant:
    """How near a need is to a skill in meaning: ``nearness`` in spreads of its nearness to all, and
    how many other skills are nearer for that encoder which finds most."""

    nearness: float
    before: int


#: how near a need is to each skill; None where nothing reads meanings
Meanings = Mapping[Skill, Meant] | None


@dataclass(frozen=True)
class Asked:
    """What a need asks for, any of ``skills``; ``also`` is what it is about besides."""

    skills: frozenset[Skill] = frozenset()
    also: frozenset[Skill] = frozenset()


@dataclass(frozen=True)
class _Evidence:
    """A skill that a word names, and how near the need must be to it to be believed."""

    skill: Skill
    wanted: float


def asked_of(need: Text, trades: Trades, meant: Meanings) -> Asked:
    """What ``need`` asks for: by its title, keywords or text, whichever says it first, where its
    meaning agrees; else by its meaning, where that is beyond doubt.

    A title such as “a joiner for our shop online” asks for what stands first. Where that is a trade
    that nobody knows here, nothing is asked for: what follows is no substitute.
    """
    title = _sure(need.title, trades)
    if noun := _trade_named(need.title):
        if noun.split()[0] in _ANYONE:
            named = _sure(noun, trades)
        elif not (named := [one for one in trades.mentions(telling_stems(noun)) if one.start == 0]):
            return Asked()
        skills = _of_sense(named, title) or _believed(need, trades, meant)
    else:
        skills = _believed(need, trades, meant)
    keywords = [one for word in need.keywords for one in _sure(word, trades)]
    told = [one for part in _SENTENCE.split(need.body) for one in _sure(part, trades)]
    fields = {skill.field for skill in skills}
    near = {
        skill for one in (*title, *keywords, *told) for skill in one.skills if skill.field in fields
    }
    # Who asks for a developer, and says of what, asks for that.
    narrower = {skill for skill in near if skills & set(_wider(skill))}
    wider = {wide for skill in narrower for wide in _wider(skill)}
    return Asked(frozenset((skills | narrower) - wider), frozenset(near))


def held_by(person: Text, trades: Trades) -> Mapping[Skill, float]:
    """What a person can do, by the skills of their page and, less surely, by its summary."""
    found: dict[Skill, float] = {}
    parts: list[Skill] = []
    for word in person.keywords:
        # A word in a list of skills is one: it wants no witness.
        stems = telling_stems(word)
        for one in trades.mentions(stems):
            if one.end - one.start in (1, len(stems)) and len(stems) > 1 + one.end - one.start:
                parts.extend(one.skills)
            else:
                found.update(dict.fromkeys(one.skills, 1.0))
    # A word out of a longer one, or of the summary, beside skills of other fields alone has
    # another sense.
    fields = {skill.field for skill in found or parts}
    summary = [skill for one in _sure(person.title, trades) for skill in one.skills]
    for skill, sure in (*((one, 1.0) for one in parts), *((one, _SUMMARY) for one in summary)):
        if skill.field in fields:
            found.setdefault(skill, sure)
    return found


def words_for(person: Text, name: str, trades: Trades) -> tuple[tuple[str, ...], bool]:
    """The skills that a page lists which serve who asks for the one called ``name``, as they are
    written there, and whether its summary says such a one."""
    asked = next((one for one in trades.skills if one.name == name), None)
    if asked is None:
        return (), False

    def serves(mentions: Sequence[Mention]) -> bool:
        found = (closeness(asked, skill) for one in mentions for skill in one.skills)
        return any(one >= LEAST for one in found)

    listed = [word for word in person.keywords if serves(trades.mentions(telling_stems(word)))]
    return tuple(listed), serves(_sure(person.title, trades))


def _believed(need: Text, trades: Trades, meant: Meanings) -> set[Skill]:
    """The skills that words name, of the first place that names some which meaning agrees with."""
    head = _AIM.split(need.title, maxsplit=1)[0]
    title = list(_evidence(need.title, trades, _IN_TITLE, 0.0))
    keywords = [one for word in need.keywords for one in _evidence(word, trades, _IN_KEYWORDS, 0.0)]
    told = [
        one
        for part in _SENTENCE.split(need.body)
        for one in _evidence(part, trades, _IN_BODY, _TERM_IN_BODY)
    ]
    fields = Counter(one.skill.field for one in (*title, *keywords, *told))
    begun = list(_evidence(head, trades, _IN_TITLE, 0.0))
    places = [title, keywords, told] if meant is not None else [begun, title, keywords, told]
    unsaid = set() if meant is None else set(_beyond_doubt(meant))
    for found in places:
        if sure := {one.skill for one in found if _agrees(one, fields, meant)}:
            started = any(one.skill in sure for one in begun)
            return _nearest(sure if started else sure | unsaid, meant)
    return unsaid


def _evidence(words: str, trades: Trades, word: float, term: float) -> Iterator[_Evidence]:
    """What ``words`` name: how near it must be for a ``word``, and for a ``term`` of several."""
    capitals = {stem for run in _NAME.findall(words) for stem in telling_stems(run)}
    stems = telling_stems(words)
    sure = trades.sure_mentions(stems)
    for one in trades.mentions(stems):
        long = one.end - one.start > 1 or stems[one.start] in capitals
        wanted = _DOUBTFUL if one not in sure else term if long else word
        for skill in one.skills:
            yield _Evidence(skill, wanted)


def _nearest(skills: set[Skill], meant: Meanings) -> set[Skill]:
    """Of several skills those that the need is nearly as near to as to the nearest."""
    if meant is None:
        return skills
    best = max(meant[skill].nearness for skill in skills)
    return {skill for skill in skills if meant[skill].nearness >= best - _AS_NEAR}


def _agrees(one: _Evidence, fields: Mapping[str, int], meant: Meanings) -> bool:
    witnessed = fields[one.skill.field] > 1
    if meant is None:
        return one.wanted < _IN_BODY or (one.wanted < _DOUBTFUL and witnessed)
    wanted = one.wanted - (_WITNESSED if witnessed else 0.0)
    return wanted <= 0 or meant[one.skill].nearness >= wanted


def _beyond_doubt(meant: Mapping[Skill, Meant]) -> Iterator[Skill]:
    # A part that no line asks for, the name of a product for the most, is asked for by that name.
    asked = (skill for skill in meant if skill.asking or skill.wider is None)
    best = max(asked, key=lambda skill: (meant[skill].nearness, skill.name), default=None)
    if best is not None and meant[best].nearness >= _UNSAID and meant[best].before <= _BEFORE:
        yield best


def _sure(words: str, trades: Trades) -> list[Mention]:
    return trades.sure_mentions(telling_stems(words))


def _wider(skill: Skill) -> list[Skill]:
    return list(skill.within())[1:]


def _trade_named(title: str) -> str:
    """What a title asks for that begins with whom it wants, up to what for; "" for another."""
    words = fold(_AIM.split(title, maxsplit=1)[0]).strip()
    found = _ARTICLE.match(words)
    if found is None or not found["article"]:
        return ""
    noun = found["noun"]
    if _TRADE.fullmatch(noun) is None or noun in _THINGS or noun.rstrip("s") in _THINGS:
        return ""
    return words[found.start("noun") :]


def _of_sense(chosen: Sequence[Mention], others: Sequence[Mention]) -> set[Skill]:
    """The skills that ``chosen`` mean; of several senses that which others are near to."""
    fields = {skill.field for one in others if len(one.skills) == 1 for skill in one.skills}
    found: set[Skill] = set()
    for one in chosen:
        near = [skill for skill in one.skills if skill.field in fields]
        found.update(near or one.skills)
    return found
