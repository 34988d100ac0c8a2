"""Which words of a text are a reason by themselves: the one care for all likeness by words.

A stop word says nothing in a sentence; these say something there, and nothing of what a text is
*about*: who “can”, “on Saturday”, “in the form of”. Two texts that share them share no subject.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from wiki.pages.words import fold
from wiki.projections.analysis import content_stems, is_stop_word

#: a shorter word is no reason, but for an acronym
_LONG_ENOUGH = 4
_TRIM = "'’\"«»“”()[]{}.,;:!?…*_#@&/\\-–—|<>"
#: verbs that carry others, by their stem and the endings that they take
_VERBS = """
pouv voul voudr pourr devr dev sav veul peuv cherch recherch trouv propos souhait aid aim utilis
permett mett donn pren prend fais fer aur vien vienn ven all ir parl pens croy regard mont montr
demand rest pass tien tienn commenc continu essay arriv rencontr travaill accompagn apport organis
ten
"""
_ENDINGS = """
e es ent ons ez er ir re ant a as ai ait aient ais ont iez ions era eront erait rait raient rais r
rons rez rai oir u us ue ues is it i ie ies ee ees
"""
_WORDS = """
peux veux veut sera seront serait seraient met mets permet sais sait dois doit vais allons allez
suis faut faudrait faire fera font mise mises mis vus voir voit vois merci bonjour oui voici voila
svp besoin besoins chose choses cas fois forme formes facon facons maniere manieres type types
sorte sortes genre partie parties part point points exemple exemples nombre question questions
probleme problemes solution solutions projet projets service services outil outils site sites page
pages personne personnes gens monde lieu lieux place places groupe groupes idee idees moyen moyens
suite cadre niveau niveaux ensemble objet objets objectif objectifs but mission missions travail
temps vie main mains coup coups fin debut raison raisons contexte contextes mesures oeuvre realiser
faciliter ameliorer rapide rapidement sujet sujets effet effets reponse reponses terme termes base
mesure role equipe equipes petit petite petits petites grand grande grands grandes bon bonne bons
bonnes nouveau nouvelle nouveaux nouvelles premier premiere premiers premieres dernier derniere
derniers dernieres simple simples simplement facile facilement possible possibles important
importante importants divers diverses different differente differents differentes seul seule seuls
plusieurs certains certaines quelque quelques quelqu chacun chacune plupart beaucoup bien mieux
souvent surtout deja jamais vers afin grace lors ainsi aupres autour entre contre hors loin pres
avant apres aujourd hui demain bientot actuellement maintenant necessaire utile libre prochain
prochaine disponible disponibles combien comment pourquoi quand quel quelle quels quelles an ans
annee annees mois semaine semaines jour jours journee journees heure heures minute minutes matin
apres-midi soir soiree soirees lundi mardi mercredi jeudi vendredi samedi dimanche week-end janvier
fevrier mars avril mai juin juillet aout septembre octobre novembre decembre deux trois quatre cinq
six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante
soixante cent cents mille million millions dizaine douzaine quinzaine vingtaine trentaine centaine
milliers someone something need needs project projects help look looking find want please people
thing things way ways good new great make like work use used using able available share year years
month months week weeks day days hour hours monday tuesday wednesday thursday friday saturday
sunday evening how why when which many much two three four five seven eight nine ten eleven twelve
fifteen twenty thirty forty fifty sixty hundred thousand dozen
"""
#: forms of those verbs that are things of their own
_THINGS = {"donnee", "donnees", "aidant", "devis", "savant"}
_COMMON = (
    frozenset(_WORDS.split()) | {one + end for one in _VERBS.split() for end in _ENDINGS.split()}
) - _THINGS


def telling_words(text: str) -> dict[str, str]:
    """The telling stems of ``text``, most often said first, each as it is first written there."""
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for run in text.replace("’", " ").replace("'", " ").split():
        for part in [run] if "://" in run else run.split("/"):
            word, stems = _telling(part)
            for stem in stems:
                counted[stem] += 1
                written.setdefault(stem, word)
    return {stem: written[stem] for stem, _times in counted.most_common()}


@lru_cache(maxsize=8192)
def _telling(run: str) -> tuple[str, Sequence[str]]:
    """A word as it is shown, and its telling stems; the same ones come again and again."""
    word = run.strip(_TRIM)
    # Both languages are asked: names in a text of the other one are found.
    if "://" in word or is_stop_word(plain := fold(word)) or plain in _COMMON:
        return "", ()
    if len(word) < _LONG_ENOUGH and not (word.isupper() and len(word) > 1):
        return "", ()
    shown = word if word.isupper() or not word.istitle() else word.lower()
    return shown, content_stems(word)
