"""What can be followed, as a value: a kind, and what of it in the one form that is compared."""

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from wiki.errors import BadPath, BadRequest
from wiki.pages.paths import normalise
from wiki.pages.words import slug
from wiki.translation import gettext as _

PAGE, THEME, KEYWORD, TERRITORY, SEARCH = "page", "theme", "keyword", "territory", "search"
KINDS = (PAGE, THEME, KEYWORD, TERRITORY, SEARCH)
#: what an address says of a search for the words typed alone
EXACT = "exact"
#: characters of a search that is followed, as an address writes it
LONGEST = 1000
_LONGEST_SLUG = 200
#: what says how a list is shown, not what is in it
_SHOWING = frozenset({"from", "sort", "lang", "csrf_token"})


@dataclass(frozen=True, order=True)
class Target:
    """``value``: the path of a page, the slug of a word, or a search as an address asks it."""

    kind: str
    value: str

    @property
    def digest(self) -> str:
        """A short name for it, which tells nothing of it."""
        return sha256(f"{self.kind} {self.value}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_target(kind: str, text: str) -> Target:
    """What a form or an address names. Raises BadRequest where it names nothing.

    Reading ``target.value`` again gives the same target.
    """
    value = ""
    if kind == PAGE:
        try:
            value = normalise(text)
        except BadPath as error:
            raise BadRequest(_nothing()) from error
    elif kind == SEARCH:
        value = _search(text)
    elif kind in KINDS:
        value = slug(text)[:_LONGEST_SLUG].strip("-")
    if not value:
        raise BadRequest(_nothing())
    return Target(kind, value)


def search_terms(value: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The words of a search that is followed, and the values chosen for each facet."""
    words = ""
    chosen: dict[str, list[str]] = {}
    for key, one in parse_qsl(value):
        if key == "q":
            words = one
        else:
            chosen.setdefault(key, []).append(one)
    return words, {key: tuple(values) for key, values in chosen.items()}


def _search(text: str) -> str:
    """The parameters that count, in one order, each once."""
    try:
        pairs = parse_qsl(text[: 4 * LONGEST].lstrip("?"), max_num_fields=50, errors="strict")
    except ValueError:
        return ""
    kept = {(key, " ".join(value.split())) for key, value in pairs if key not in _SHOWING}
    words = sorted(value for key, value in kept if key == "q" and value)[:1]
    chosen = sorted((key, value) for key, value in kept if key != "q" and key and value)
    found = urlencode([*(("q", word) for word in words), *chosen])
    return found if len(found) <= LONGEST else ""


def _nothing() -> str:
    return _("This cannot be followed. Nothing was changed.")
