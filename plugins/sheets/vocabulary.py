"""Words by which a column is known from what stands in it: places, states, roles (pure)."""

from wiki.api.imports.vocabulary import REGIONS
from wiki.api.paths import slug


def _folded(words: str) -> tuple[str, ...]:
    return tuple(words.split())


#: where a need or an offer stands, folded → its box
BOXES = {
    **dict.fromkeys(
        _folded(
            "ouvert ouverte open en-cours a-pourvoir actif active non no disponible "
            "available nouveau new a-trouver"
        ),
        " ",
    ),
    **dict.fromkeys(
        _folded(
            "trouve trouvee found met pourvu pourvue satisfait resolu fait done clos close "
            "closed ferme oui yes termine x"
        ),
        "x",
    ),
    **dict.fromkeys(_folded("retire retiree withdrawn annule annulee abandonne cancelled"), "-"),
}

#: everywhere, beside regions
_EVERYWHERE = "France entière, à distance, national, nationale, France"
TERRITORIES = REGIONS | frozenset(slug(one) for one in _EVERYWHERE.split(", "))

#: who may read a page, folded → what its head says
READERS = {
    **dict.fromkeys(_folded("public publique tous tout-le-monde oui yes open"), "public"),
    **dict.fromkeys(_folded("membres members interne internal connectes"), "members"),
    **dict.fromkeys(
        _folded("equipe team prive privee private confidentiel brouillon draft non no restreint"),
        "team",
    ),
}

#: words in the names of organisations, not of people
BODIES = frozenset(
    _folded(
        "ministere direction agence association universite mairie region conseil institut"
        " departement metropole commune ville chambre federation fondation centre laboratoire"
        " sas sarl cnrs ecole cooperative scop scic entreprise service office caisse syndicat"
        " communaute groupe collectif prefecture academie inrae inria ademe council university"
        " agency company ltd"
    )
)

AVAILABILITY = {
    **dict.fromkeys(_folded("un-peu a-little rarement peu"), 1),
    **dict.fromkeys(_folded("ponctuelle ponctuellement occasional occasionnelle"), 2),
    **dict.fromkeys(_folded("reguliere regulierement regular souvent"), 4),
}
ROLES = {
    "expert": ("expert", "experte", "expertise"),
    "connector": ("connector", "connecteur", "connectrice"),
    "correspondent": ("correspondent", "correspondant", "correspondante"),
    "owner": ("owner", "porteur", "porteuse", "porteur-de-projet", "porteuse-de-projet"),
    "partner": ("partner", "partenaire"),
}
