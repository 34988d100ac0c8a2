"""Whether a text holds what a question wants: a number of those things, an amount, a day (pure)."""

import re

from wiki.api.meaning import fold

from .kinds import Question, Want
from .passages import Passage
from .words import stems_of

_WORDS = (
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|"
    "trente|quarante|cinquante|soixante|septante|quatre-vingts?|nonante|cents?|mille|millions?|"
    "milliards?|dizaines?|douzaines?|quinzaines?|vingtaines?|trentaines?|quarantaines?|"
    "cinquantaines?|centaines?|milliers?|moitie|tiers|quart|two|three|four|five|seven|eight|nine|"
    "ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|thousands?|billions?|half|dozens?"
)
_NUMERAL = re.compile(rf"(?:\d[\d.,]*|{_WORDS})")
_NUMBER = rf"(?:\d[\d.,]*|{_WORDS})"
_PATTERNS = {
    Want.DURATION: re.compile(
        rf"{_NUMBER}[^.!?\n]{{0,12}}?\b(?:secondes?|minutes?|min|heures?|h|jours?|semaines?|mois|ans?|"
        r"annees?|seconds?|hours?|days?|weeks?|months?|years?)\b"
        r"|\b(?:immediat|instantane|temps reel|le jour meme|une (?:minute|heure|journee|semaine))"
    ),
    Want.AMOUNT: re.compile(
        r"\d[^.!?\n]{0,16}?(?:€|\beuros?\b|\beur\b|\bk€|\bkeur\b|\bdollars?\b)|[€$] ?\d"
        r"|\bgratuit|\bsans frais\b|\bfree of charge\b"
    ),
    Want.SHARE: re.compile(
        rf"\d ?%|{_NUMBER} (?:pour ?cents?|percent)|{_NUMBER}[^.!?\n]{{0,20}} sur {_NUMBER}"
        r"|\b(?:moitie|tiers|quart|totalite|half)\b"
    ),
    Want.DATE: re.compile(
        r"\b(?:19|20)\d\d\b|\b\d{1,2}/\d{1,2}\b"
        r"|\b(?:\d{1,2}|1er) (?:janvier|fevrier|mars|avril|mai|"
        r"juin|juillet|aout|septembre|octobre|novembre|decembre)\b"
    ),
}
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n")
#: words between a numeral and what it counts, and back
_AHEAD, _BACK = 4, 4
#: what is counted by one word and asked for by another: people, units, deaths
_CALLED = (
    "personnes gens usagers utilisateurs utilisatrices habitants citoyens bénéficiaires visiteurs "
    "inscrits comptes internautes people users",
    "kilomètres km kilometers kilometres",
    "mètres m meters metres",
    "hectares ha",
    "kilogrammes kilos kg",
    "tonnes t tons",
    "litres l liters",
    "morts mortes décès tués tuées décédés deaths",
    "coût coûts coûte coûté prix tarif tarifs budget facture payer cost costs price",
    "délai délais durée attente temps",
)
_ALIKE = tuple(frozenset({*stems_of(words), *words.split()}) for words in _CALLED)


def holds(question: Question, passage: Passage) -> bool:
    """Whether a passage holds what the question wants; any does where it wants nothing.

    An amount, a share, a length of time or a day counts where something else that is asked stands
    in the same sentence, its heading or its title: another one is no answer.
    """
    if question.want is None:
        return True
    sentences = _SENTENCE.split(passage.text)
    if question.want is Want.NUMBER:
        return any(_counts(question.counted, one) for one in sentences)
    named, asked = set(stems_of(passage.title)), set(question.stems)
    asked = (asked - named) or asked
    for alike in _ALIKE:
        if asked & alike:
            asked |= alike
    pattern, head = _PATTERNS[question.want], stems_of(f"{passage.title} {passage.heading}")
    return any(
        pattern.search(fold(one)) and not asked.isdisjoint((*head, *stems_of(one)))
        for one in sentences
    )


def _counts(counted: tuple[str, ...], sentence: str) -> bool:
    """Whether a numeral stands beside what is counted."""
    tokens = _TOKEN.findall(fold(sentence))
    numerals = [at for at, token in enumerate(tokens) if _NUMERAL.fullmatch(token)]
    if not numerals:
        return False
    wanted = set(counted)
    for alike in _ALIKE:
        if wanted & alike:
            wanted |= alike
    things = [
        at
        for at, token in enumerate(tokens)
        if token in wanted or wanted.intersection(stems_of(token))
    ]
    return any(-_BACK <= thing - numeral <= _AHEAD for thing in things for numeral in numerals)
