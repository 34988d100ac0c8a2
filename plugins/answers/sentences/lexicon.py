"""Small words that turn what others say, folded, in French and English (pure)."""

_NEGATIONS = """
n ne pas jamais aucun aucune sans ni non nul nulle rien personne guere
not no never without none neither nor nobody nothing cannot t
"""
#: what makes a fact of something that is none yet, or not quite one
_HEDGES = """
failli presque peut possible possiblement probablement prevoit prevu prevue prevus prevues envisage
envisagee espere souhaite souhaitent veut veulent projette si bientot demain futur sera seront
objectif propose proposent idee doit doivent vise visent
may might could would should hope hopes plan plans planned if soon will almost nearly
"""
_EXACT = """
plus moins avant apres depuis jusqu jusque contre tous toutes tout toute chaque seul seule seulement
uniquement toujours encore deja environ que plupart majorite
more less fewer before after since until against all every only always still already about most
"""
_AROUND = "plus moins environ presque jusqu pres more less about almost nearly"
_MONTHS = """
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
january february march april may june july august september october november december
"""
#: words that speak of the passages themselves
_ABOUT = """
selon passage passages extrait extraits page projet wiki indique précise mentionne
according project indicates mentions
"""
NEGATIONS, HEDGES, EXACT = (frozenset(one.split()) for one in (_NEGATIONS, _HEDGES, _EXACT))
#: what stands before a number and makes another of it
AROUND = frozenset(_AROUND.split())
MONTHS, ABOUT = frozenset(_MONTHS.split()), _ABOUT
#: words that a year stands behind
YEARS_FOLLOW = MONTHS | frozenset(
    {"en", "depuis", "fin", "debut", "annee", "annees", "ete", "hiver", "in", "since"}
)
#: what ends the part of a sentence that a negation reaches
ENDS = frozenset(".;:,!?()\n–—") | {"et", "mais", "ou", "and", "but", "or"}
SIGNS = frozenset("%€$£")
NUMERALS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14,
    "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "nonante": 90, "cent": 100,
    "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9,
    "milliards": 10**9, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "hundred": 100, "thousand": 1000, "billion": 10**9,
}  # fmt: skip
#: numerals that are articles where they stand alone
ARTICLES = frozenset({"un", "une", "one"})
