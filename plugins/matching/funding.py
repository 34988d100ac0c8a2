"""Needs for money: nobody is introduced to people with money here; a page says where it is found.

Which needs these are, the page itself says: ``answers:`` in its front matter, terms that the
thesaurus widens. A need is one for money where its title or keywords have such a term; that its
text mentions money is not enough: who prepares to meet investors asks for practice.
"""

import re
from collections.abc import Iterable

from wiki.api.errors import NotFound
from wiki.api.meaning import content_stems, fold
from wiki.api.reading import Reader, get_page

from .texts import Text
from .thesaurus import Key, Thesaurus, key_of, terms_in

#: capital and loans, where no page says more
TERMS = (
    "investisseur", "investissement en capital", "capital-risque", "capital", "business angel",
    "levée de fonds", "lever des fonds", "recherche de fonds", "fonds d'amorçage", "tour de table",
    "entrée au capital", "prise de participation", "actionnaire", "prêt bancaire", "prêteur",
    "prêt d'honneur", "emprunt bancaire", "crédit bancaire", "microcrédit", "banquier",
    "financeur", "bailleur de fonds", "fonds propres",
    "investor", "venture capital", "private equity", "equity investment", "equity funding",
    "fundraising round", "seed funding", "seed round", "bank loan", "lender", "funder",
)  # fmt: skip
_WORD = re.compile(r"\w+")


class Funding:
    """The page for needs for money, and how to tell them; ``path`` is "" where there is no page."""

    def __init__(self, terms: Iterable[str], thesaurus: Thesaurus, path: str = "") -> None:
        keys: dict[Key, object] = {}
        terms = list(terms)
        # What has its stem need not be it: a place in the capital (la capitale) is no capital.
        self._others = {fold(term) + ending for term in terms for ending in ("e", "es")}
        for term in terms:
            if key := key_of(term):
                keys[key] = None
                for other in thesaurus.related.get(key, ()):
                    if other.how == "equal":
                        keys[other.key] = None
        self.path = path
        self._keys = keys

    def answers(self, need: Text) -> bool:
        """Whether ``need`` asks for money."""
        return any(map(self._names_money, (need.title, *need.keywords)))

    def _names_money(self, words: str) -> bool:
        known = (word for word in _WORD.findall(fold(words)) if word not in self._others)
        return any(terms_in(content_stems(" ".join(known)), self._keys))


def funding_of(reader: Reader, thesaurus: Thesaurus) -> Funding:
    """The funding page as the reader sees it; without one, our own terms and no page."""
    path = reader.instance.settings.funding_page
    try:
        page = get_page(reader, path)
    except NotFound:
        return Funding(TERMS, thesaurus)
    return Funding(page.head.words("answers") or TERMS, thesaurus, page.path)
