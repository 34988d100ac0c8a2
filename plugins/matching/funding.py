"""Needs for money: nobody is introduced to people with money here; a page says where it is found.

Which needs these are, the page itself says: ``answers:`` in its front matter, terms that the
thesaurus widens. A need is one for money where its title or keywords have such a term; that its
text mentions money is not enough.
"""

from collections.abc import Iterable

from wiki.api import NotFound, Reader, telling_stems

from .texts import Text
from .thesaurus import Key, Thesaurus, key_of, terms_in

#: capital and loans, where no page says more
TERMS = (
    "investisseur", "investissement en capital", "capital-risque", "capital", "business angel",
    "levée de fonds", "lever des fonds", "entrée au capital", "actionnaire", "prêt bancaire",
    "emprunt bancaire", "crédit bancaire", "financeur", "bailleur de fonds", "fonds propres",
    "investor", "venture capital", "equity", "fundraising round", "bank loan",
)  # fmt: skip


class Funding:
    """The page for needs for money, and how to tell them; ``path`` is "" where there is no page."""

    def __init__(self, terms: Iterable[str], thesaurus: Thesaurus, path: str = "") -> None:
        keys: dict[Key, object] = {}
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
        return any(
            any(terms_in(telling_stems(part), self._keys)) for part in (need.title, *need.keywords)
        )


def funding_of(reader: Reader, thesaurus: Thesaurus) -> Funding:
    """The funding page as the reader sees it; without one, our own terms and no page."""
    path = reader.instance.settings.funding_page
    try:
        page = reader.page(path)
    except NotFound:
        return Funding(TERMS, thesaurus)
    return Funding(page.head.words("answers") or TERMS, thesaurus, page.path)
