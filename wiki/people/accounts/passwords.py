"""Passwords: how they are stored, and which are refused.

Argon2id with 19 MiB and two passes, the first choice of OWASP's password storage sheet: an evening
where everyone logs in at once must not fill the machine's memory.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from secrets import token_bytes

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wiki.errors import BadField
from wiki.pages.words import slug
from wiki.translation import gettext as _

SHORTEST, LONGEST = 8, 1024
#: Fewer guesses than this, and trying the common ones first finds it (score 2 of zxcvbn).
_FEWEST_GUESSES = 10**6
#: How much of a password is judged: the estimate's time grows steeply with the length.
_JUDGED = 24
#: What French speakers choose, and what this place is called, which zxcvbn's lists do not have.
_FRENCH = """
    carrefour wiki motdepasse bienvenue bonjour soleil azerty jetaime doudou loulou chouchou
    coucou bisous marseille paris lyon toulouse bordeaux nantes lille rennes bretagne france
    barcelone olympique football rugby vacances chocolat printemps automne hiver administrateur
    administration utilisateur secret changezmoi motdepass passe cheval chien maison famille
    amour cherie moncoeur monange princesse etoile lune fleur papillon nounours minou maman papa
    merde putain voiture moto camion ferme jardin projet projets equipe association reseau
    innovation besoin atelier commune mairie ecole professeur ordinateur internet janvier
    fevrier mars avril juin juillet aout septembre octobre novembre decembre lundi mardi
    mercredi jeudi vendredi samedi dimanche nicolas camille julien thomas marie pierre sophie
    julie alexandre antoine celine isabelle philippe stephane sebastien aurelie emilie laurent
    guillaume jerome
"""
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def check_password(password: str, own_words: Iterable[str] = ()) -> None:
    """Refuses what is too short, too long, or among the first to be tried. Raises BadField.

    ``own_words``: what anyone knows of the person (name, address). The estimate is that of zxcvbn
    (Wheeler, USENIX Security 2016): 30,000 leaked passwords, names, dates, keyboard walks, repeats;
    nothing is asked of a service elsewhere.
    No other rule: lengths and words protect, obligatory signs do not.
    """
    if len(password) < SHORTEST:
        raise BadField("password", _("A password has at least 8 characters; a sentence is good."))
    if len(password) > LONGEST:
        raise BadField("password", _("A password has at most 1,024 characters."))
    # Word lists of 90,000 entries, for the few requests that set a password.
    from zxcvbn import zxcvbn

    known = [word for own in own_words for word in (own, *slug(own).split("-"))]
    guesses = zxcvbn(password[:_JUDGED], user_inputs=[*known, *_FRENCH.split()])["guesses"]
    words = slug(password)
    if guesses < _FEWEST_GUESSES or (words and set(words.split("-")) <= {*known}):
        raise BadField(
            "password",
            _("This password is among the first to be guessed. Add a word or two to it."),
        )


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return _hasher.hash(_bytes(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long where there is none to compare with."""
    # An overlong one is cut, and refused afterwards: its length must not show in the time.
    given, right_length = _bytes(password[:LONGEST]), len(password) <= LONGEST
    try:
        matches = _hasher.verify(password_hash or _dummy(), given)
    except (VerificationError, InvalidHashError):
        return False
    return matches and right_length and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than ours of today."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _dummy() -> str:
    return _hasher.hash(token_bytes())


def _bytes(password: str) -> bytes:
    # An é is typed as one character on a desk and as two on some phones.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
