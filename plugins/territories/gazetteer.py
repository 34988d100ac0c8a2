"""Where places are, by what people call them: regions, departments, larger towns (pure).

Names are facts, kept by hand. A name that is an everyday word too (Nord, Manche, Centre …) counts
only where nothing else is said; of the others, the longest that stands in the words.
"""

import re
from dataclasses import dataclass
from functools import cache

from wiki.api.paths import slug


@dataclass(frozen=True)
class Region:
    """A region by its ``code``; those ``overseas`` have no outline on the map."""

    code: str
    name: str
    overseas: bool = False


#: in the order in which lists of regions stand: by name, those overseas after the others
REGIONS = (
    Region("ara", "Auvergne-Rhône-Alpes"),
    Region("bfc", "Bourgogne-Franche-Comté"),
    Region("bre", "Bretagne"),
    Region("cvl", "Centre-Val de Loire"),
    Region("cor", "Corse"),
    Region("ges", "Grand Est"),
    Region("hdf", "Hauts-de-France"),
    Region("idf", "Île-de-France"),
    Region("nor", "Normandie"),
    Region("naq", "Nouvelle-Aquitaine"),
    Region("occ", "Occitanie"),
    Region("pdl", "Pays de la Loire"),
    Region("pac", "Provence-Alpes-Côte d’Azur"),
    Region("gua", "Guadeloupe", overseas=True),
    Region("guf", "Guyane", overseas=True),
    Region("lre", "La Réunion", overseas=True),
    Region("mtq", "Martinique", overseas=True),
    Region("may", "Mayotte", overseas=True),
    Region("ncl", "Nouvelle-Calédonie", overseas=True),
    Region("pyf", "Polynésie française", overseas=True),
)

_PLACES = {
    "ara": "ain, allier, ardèche, cantal, drôme, isère, loire, haute-loire, puy-de-dôme, rhône,"
    " savoie, haute-savoie, auvergne, rhône-alpes, lyon, villeurbanne, grenoble, saint-étienne,"
    " clermont-ferrand, annecy, chambéry, valence, roanne, bourg-en-bresse, aurillac, vichy,"
    " moulins, le-puy-en-velay, montluçon, annemasse, montélimar, vercors",
    "bfc": "côte-d’or, doubs, jura, nièvre, haute-saône, saône-et-loire, yonne, belfort,"
    " territoire-de-belfort, bourgogne, franche-comté, dijon, besançon, auxerre, nevers, mâcon,"
    " chalon-sur-saône, montbéliard, lons-le-saunier, vesoul, dole, le-creusot, morvan",
    "bre": "bzh, côtes-d’armor, finistère, ille-et-vilaine, morbihan, rennes, brest, lorient,"
    " quimper, saint-brieuc, saint-malo, lannion, plouha, paimpol, guingamp, fougères, vitré,"
    " redon, vannes, concarneau, morlaix, dinan, pontivy, trégor, cornouaille, breizh, brittany",
    "cvl": "centre, centre-val-de-loire, cher, eure-et-loir, indre, indre-et-loire, loir-et-cher,"
    " loiret, orléans, tours, bourges, blois, chartres, châteauroux, dreux, vierzon, montargis,"
    " berry, touraine, sologne",
    "cor": "corse-du-sud, haute-corse, ajaccio, bastia, corte, porto-vecchio, calvi, corsica",
    "ges": "alsace, lorraine, champagne-ardenne, ardennes, aube, marne, haute-marne, meuse,"
    " meurthe-et-moselle, moselle, bas-rhin, haut-rhin, vosges, strasbourg, reims, metz, nancy,"
    " mulhouse, colmar, troyes, charleville-mézières, épinal, thionville, châlons-en-champagne,"
    " verdun, bar-le-duc",
    "hdf": "nord, pas-de-calais, nord-pas-de-calais, picardie, aisne, oise, somme, lille, amiens,"
    " roubaix, tourcoing, dunkerque, calais, valenciennes, lens, arras, beauvais, laon, douai,"
    " saint-quentin, boulogne-sur-mer, compiègne, villeneuve-d’ascq, maubeuge",
    "idf": "idf, paris, région-parisienne, grand-paris, seine-et-marne, yvelines, essonne,"
    " hauts-de-seine, seine-saint-denis, val-de-marne, val-d’oise, boulogne-billancourt,"
    " saint-denis, montreuil, argenteuil, nanterre, créteil, versailles, vitry-sur-seine,"
    " aubervilliers, évry, cergy, melun, saclay, ivry-sur-seine, pantin, bobigny, massy",
    "nor": "calvados, eure, manche, orne, seine-maritime, haute-normandie, basse-normandie, caen,"
    " rouen, le-havre, cherbourg, évreux, alençon, dieppe, saint-lô, lisieux, bayeux, granville,"
    " normandy",
    "naq": "aquitaine, limousin, poitou-charentes, charente, charente-maritime, corrèze, creuse,"
    " dordogne, gironde, landes, lot-et-garonne, pyrénées-atlantiques, deux-sèvres, vienne,"
    " haute-vienne, bordeaux, limoges, poitiers, la-rochelle, pau, bayonne, angoulême, niort,"
    " périgueux, agen, mont-de-marsan, biarritz, brive-la-gaillarde, guéret, tulle, mérignac,"
    " pays-basque, béarn, périgord, médoc",
    "occ": "languedoc-roussillon, midi-pyrénées, ariège, aude, aveyron, gard, haute-garonne, gers,"
    " hérault, lot, lozère, hautes-pyrénées, pyrénées-orientales, tarn, tarn-et-garonne, toulouse,"
    " montpellier, nîmes, perpignan, béziers, narbonne, albi, montauban, castres, carcassonne,"
    " tarbes, rodez, sète, alès, cahors, auch, foix, mende, millau, larzac, cévennes",
    "pdl": "loire-atlantique, maine-et-loire, mayenne, sarthe, vendée, nantes, angers, le-mans,"
    " saint-nazaire, la-roche-sur-yon, laval, cholet, saumur, anjou",
    "pac": "paca, région-sud, provence, côte-d’azur, alpes-de-haute-provence, hautes-alpes,"
    " alpes-maritimes, bouches-du-rhône, var, vaucluse, marseille, nice, toulon, aix-en-provence,"
    " avignon, cannes, antibes, grasse, arles, gap, digne-les-bains, fréjus, camargue, luberon",
    "gua": "pointe-à-pitre, basse-terre, les-abymes",
    "guf": "guyane-française, cayenne, kourou, saint-laurent-du-maroni",
    "lre": "réunion, ile-de-la-réunion, saint-pierre-de-la-réunion, le-tampon",
    "mtq": "fort-de-france",
    "may": "mamoudzou, dzaoudzi",
    "ncl": "nouméa, kanaky",
    "pyf": "tahiti, papeete",
}
_DEPARTMENTS = {
    "ara": "01 03 07 15 26 38 42 43 63 69 73 74",
    "bfc": "21 25 39 58 70 71 89 90",
    "bre": "22 29 35 56",
    "cvl": "18 28 36 37 41 45",
    "cor": "2a 2b 20",
    "ges": "08 10 51 52 54 55 57 67 68 88",
    "hdf": "02 59 60 62 80",
    "idf": "75 77 78 91 92 93 94 95",
    "nor": "14 27 50 61 76",
    "naq": "16 17 19 23 24 33 40 47 64 79 86 87",
    "occ": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "pdl": "44 49 53 72 85",
    "pac": "04 05 06 13 83 84",
    "gua": "971",
    "mtq": "972",
    "guf": "973",
    "lre": "974",
    "may": "976",
    "ncl": "988",
    "pyf": "987",
}
#: words of other things too, or of other places
_ORDINARY = (
    "ain allier aube aude auch calais centre cher corte creuse dole drome essonne eure "
    "foix gap gard gers grasse indre jura laval landes lens loire lot manche marne mende "
    "meuse moselle moulins nice nord oise orne pau provence reunion rhone saint-denis "
    "saint-quentin sete somme tarn tours tulle valence var vichy vienne vitre yonne"
)
#: places of two regions: the other words say which
_TWICE = frozenset(["saint-denis", "vienne", "valence", "laval", "centre", "saint-pierre"])
_APART = re.compile(r"[,;/|+&()\[\]–—·]|\s(?:et|and|ou|puis)\s|\s-\s", re.IGNORECASE)
#: words of one name that are looked at
_WORDS = 12
_ALONE = frozenset(_ORDINARY.split())
_POSTCODE = re.compile(r"\d{5}")


@cache
def _known() -> dict[str, str]:
    found = {slug(region.name): region.code for region in REGIONS}
    for code, names in _PLACES.items():
        found |= {slug(name): code for name in names.split(", ")}
    for code, numbers in _DEPARTMENTS.items():
        found |= dict.fromkeys(numbers.split(), code)
    return found


def regions_of(name: str) -> tuple[str, ...]:
    """The codes of the regions that a place's name speaks of, in its order; none if unknown.

    “Rennes (35)” is one, “Bretagne et Normandie” are two, “Belgique” is none.
    """
    known = _known()
    whole = known.get(slug(name))
    if whole:
        return (whole,)
    parts = [part.strip() for part in _APART.split(name[:500])]
    found = [(slug(part), code) for part in parts if (code := _region_of(part))]
    sure = [code for key, code in found if key not in _TWICE]
    return tuple(dict.fromkeys(sure or [code for _key, code in found]))


def _region_of(part: str) -> str:
    known = _known()
    key = slug(part)
    if key in known:
        return known[key]
    words = key.split("-")[:_WORDS]
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            said = "-".join(words[start : start + length])
            if said in known and said not in _ALONE and not said[:2].isdigit():
                return known[said]
    return _by_postcode(words)


def _by_postcode(words: list[str]) -> str:
    code = next((word for word in words if _POSTCODE.fullmatch(word)), "")
    return _known().get(code[:3]) or _known().get(code[:2]) or ""
