"""What a question asks for: passages, a list, what became of something; a number, a day (pure)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from wiki.api.meaning import fold

from .words import asked_stems, stems_of

#: characters of a question that are read
LONGEST = 500


class Kind(StrEnum):
    """What an answer is made of."""

    PASSAGES = "passages"
    LIST = "list"
    STATE = "state"


class Want(StrEnum):
    """What a passage must hold to answer, where the question says so."""

    NUMBER = "number"
    DURATION = "duration"
    AMOUNT = "amount"
    SHARE = "share"
    DATE = "date"


@dataclass(frozen=True)
class Question:
    """``text`` is in one line; ``stems`` are looked for; ``counted``: of what it asks how many.

    ``nouns``: what stands behind an article; ``subjects``: those of one that asks which project
    there is for something.
    """

    text: str
    kind: Kind
    stems: tuple[str, ...]
    want: Want | None = None
    counted: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


_THINGS = (
    "projets?|services?|outils?|sites?|initiatives?|demarches?|dispositifs?|startups?|start-ups?|"
    "produits?|applications?|plateformes?|pages?|equipes?|projects?|tools?|teams?|initiatives?"
)
_LIST = re.compile(
    rf"\b(?:quel(?:le)?s (?:sont (?:les|tous les|toutes les) )?(?:autres )?(?:{_THINGS})"
    r"|lesquel(?:le)?s|(?:la )?liste (?:de|des)\b|listez?\b|(?:which|what) (?:other )?"
    rf"(?:{_THINGS})|list (?:of|all)\b"
    rf"|(?:y a[ -]t[ -]il|existe[ -]t[ -]il|il y a|avez[ -]vous|are there) (?:d'autres |des |any )"
    rf"(?:{_THINGS})|(?:tous|toutes) les (?:{_THINGS}))"
)
_EXISTS = re.compile(
    rf"\bquel(?:le)? (?:autre )?(?:{_THINGS})\b"
    r"|\b(?:y a[ -]t[ -]il|existe[ -]t[ -]il|il y a|is there)"
    rf" (?:deja )?(?:une?|an?) (?:{_THINGS})\b"
)
#: what a noun stands behind; after some of them a verb may stand as well
_DETERMINERS = (
    r"les?|la|une?|des|du|de|aux?|mon|ma|mes|son|sa|ses|leurs?|cet?|cette|ces|nos|notre|vos|votre"
    r"|the|an?|quel(?:le)?s?"
)
_BEFORE_NOUN = re.compile(
    rf"\b(?:[ld]'|(?:{_DETERMINERS}) )(?!(?:{_DETERMINERS}|est|sont|ont|a) )"
    r"(?P<noun>[a-z]{3,}+)(?<!er)(?<!ir)(?<!dre)(?<!tre)\b"
)
_STATE = re.compile(
    r"\b(?:(?:est|sont|etait|etaient) devenue?s?\b|que (?:devient|deviennent)\b"
    r"|(?:ou|a quoi) en (?:est|sont|etait)\b|what(?:ever)? (?:has |have )?bec[ao]me of\b"
    r"|what (?:has )?happened (?:to|with)\b|(?:tourne|existe|fonctionne|marche)[ -]t[ -]"
    r"(?:il|elle)s? (?:encore|toujours)|(?:est|sont)[ -](?:il|elle)s? (?:encore|toujours)"
    r"|(?:encore|toujours) (?:actif|active|en service|en ligne|en cours|ouverte?|maintenue?)"
    r"|still (?:running|alive|active|open|there)\b|(?:l'etat|le statut|status) (?:de|du|d'|of)\b)"
)
_DURATION = re.compile(
    r"\b(?:combien de temps|how long|quels? (?:est le |sont les )?(?:delais?|duree)"
    r"|quelle (?:est la )?duree|(?:pendant|en|dans|sous) combien de temps)\b"
)
_AMOUNT = re.compile(
    r"\bcombien (?:\S+ ){0,4}?(?:cout|depens|pay|pai|factur|vers|gagn|finance|touche|rapport)\w*"
    r"|\ba combien (?:s'eleve|se monte|revient)|\bhow much (?:does|did|do|is|was|will)\b"
    r"|\bquels? (?:\S+ ){0,3}?(?:couts?|prix|budgets?|tarifs?|montants?)\b"
    r"|\bwhat (?:\S+ ){0,3}?(?:costs?|prices?|budgets?)\b"
)
_SHARE = re.compile(
    r"\bquel(?:le)?s? (?:\S+ ){0,3}?(?:pourcentages?|proportions?|part|taux)\b"
    r"|\bwhat (?:percentage|share|proportion)\b|\bcombien de pour ?cents?\b"
)
_NUMBER = re.compile(
    r"\b(?:combien d(?:e |es |'|u )|(?:quel|le) (?:\S+ ){0,3}?nombre d(?:e |es |'|u )"
    r"|how many )(?P<counted>\S+(?: \S+){0,2})"
)
_DATE = re.compile(
    r"\b(?:(?:depuis|jusqu'a|a partir de|des) quand|en quelle annee|a quelle date"
    r"|quelle (?:est la )?(?:annee|date)|since when|(?:what|which) (?:year|date))\b"
    r"|^quand (?:est|a|ont|sont|fut|s'est)\b|^when (?:was|were|did|is|does|has|will)\b"
)


def read_question(text: str) -> Question:
    """What ``text`` asks for; of a very long one the beginning."""
    line = " ".join(text[: 4 * LONGEST].split())[:LONGEST]
    plain = fold(line).replace("’", "'")
    want, counted = _wanted(plain)
    kind = Kind.STATE if _STATE.search(plain) else Kind.LIST if _LIST.search(plain) else None
    stems = tuple(asked_stems(line))
    found = dict.fromkeys(one["noun"] for one in _BEFORE_NOUN.finditer(plain))
    nouns = tuple(one for one in found if not re.fullmatch(_THINGS, one))
    subjects = nouns if _EXISTS.search(plain) or _LIST.search(plain) else ()
    return Question(line, kind or Kind.PASSAGES, stems, want, counted, nouns, subjects)


def _wanted(plain: str) -> tuple[Want | None, tuple[str, ...]]:
    for want, pattern in (
        (Want.DURATION, _DURATION),
        (Want.AMOUNT, _AMOUNT),
        (Want.SHARE, _SHARE),
    ):
        if pattern.search(plain):
            return want, ()
    if found := _NUMBER.search(plain):
        counted = stems_of(found["counted"])[:1]
        return (Want.NUMBER, tuple(counted)) if counted else (None, ())
    return (Want.DATE, ()) if _DATE.search(plain) else (None, ())
