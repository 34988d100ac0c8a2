"""A survey in words: the same for a command and for a page of the site."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wiki.parts.survey import Survey
from wiki.translation import gettext as _

#: names that stand beside a number
NAMED = 8


@dataclass(frozen=True)
class Finding:
    """A line: what was found, how often, and some of it. ``doubtful``: better looked at first."""

    words: str
    count: int
    names: tuple[str, ...] = ()
    doubtful: bool = True

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.names) if self.names else 0


def findings(found: Survey) -> list[Finding]:
    """What there is, then what is better known before; nothing of what there is none of."""
    own = [
        Finding(_("Pages"), found.pages, doubtful=False),
        Finding(_("Pages that everyone will read"), found.visible, doubtful=False),
        Finding(_("Other files"), found.files, doubtful=False),
        Finding(_("Links between pages and files"), found.links, doubtful=False),
    ]
    return [*own, *(one for one in _doubts(found) if one.count)]


def _doubts(found: Survey) -> Iterator[Finding]:
    why: dict[str, list[str]] = {"head": [], "says": [], "flag": [], "above": []}
    for one in found.hidden:
        why[one.why].append(f"{one.file} ({one.by})" if one.by else one.file)
    yield _named(
        _("Hidden, as their front matter cannot be read and may say who reads them"), why["head"]
    )
    yield _named(_("Restricted by their own front matter"), why["says"])
    yield _named(_("Hidden or restricted by a page above them"), why["above"])
    yield _named(
        _("Unpublished or private where they come from: closed here, with what lies below"),
        (f"{file} ({key})" for file, key in found.flagged),
    )
    yield _named(
        _("Pages renamed as pages are called here; their history follows"),
        (f"{old} → {new}" for old, new in found.renamed),
    )
    yield _named(
        _("Pages in another encoding, written in UTF-8 now: please look at their accents"),
        (f"{file} ({encoding})" for file, encoding in found.recoded),
    )
    yield _named(_("Pages with marks of other programs, such as boxes"), found.foreign)
    yield _named(
        _("What other programs made of a text, and this wiki does not"),
        (f"{where} · {what}" for where, what in found.lost),
    )
    yield _named(
        _("Pages in another markup, which stay files: “wiki import git” reads them"), found.markups
    )
    yield _named(_("Front matter that is no YAML, read line by line"), found.lenient)
    yield _named(
        _("Links that lead nowhere"), (f"{path} → {target}" for path, target in found.dead)
    )
    yield Finding(_("Pages whose links were not followed"), found.unfollowed)
    yield _named(
        _("Names that are one on some machines"), (f"{one} / {two}" for one, two in found.clashes)
    )
    yield _named(_("Files that are not served, for their names"), found.unserved)
    yield _named(_("Second files of one page, which are not shown"), found.doubled)
    yield _named(_("Larger than what may be saved here"), found.large)


def _named(words: str, names: Iterable[str]) -> Finding:
    names = list(names)
    return Finding(words, len(names), tuple(map(_printable, names[:NAMED])))


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in name)[:200]
