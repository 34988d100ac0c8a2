"""What the lines of a table are, and which field each column is: by heads and values (pure).

A head that is the name of a field says most; what stands in the cells confirms it, speaks against
it, or says it alone: mail addresses are told whatever stands above them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wiki.api.imports.vocabulary import HEADS, PERSONAL, STAGES
from wiki.api.paths import slug

from . import vocabulary
from .dates import month_first, read_hours, read_moment, read_time
from .fields import CHAPTER, FIELDS, ITEMS, KINDS, NOTHING, Field, fields_of
from .tables import Table
from .values import is_address, is_mail, is_phone, split_words

#: cells of a column that are looked at
_SAMPLE = 300
#: points below which a column is no field
_ENOUGH = 4.0
#: what tables that a wiki of this kind wrote say of themselves
_TECHNICAL = frozenset(("path", "page", "space", "space-title", "language", "address"))
_CODE_HOSTS = ("github.com", "gitlab", "codeberg.org", "forge", "git.")
#: heads that say which kind a table is of, where neither its name nor the head of its titles does
_TELLING = {
    "person": ("first", "last", "skills", "roles"),
    "event": ("starts", "ends", "place", "starttime", "programme"),
    "organisation": ("siret", "acronym"),
    "project": ("state", "repository", "team", "needs", "begun"),
}


@dataclass(frozen=True)
class Evidence:
    """Shares (0 to 1) of a column's cells that read as something; how long and alike they are."""

    days: float
    hours: float
    mails: float
    phones: float
    addresses: float
    code: float
    states: float
    boxes: float
    places: float
    readers: float
    bodies: float
    lists: float
    length: float
    lines: float
    distinct: float

    @property
    def private(self) -> bool:
        """Whether the cells are mail addresses or telephone numbers."""
        return self.mails >= 0.5 or self.phones >= 0.5


def evidence_of(values: Sequence[str]) -> Evidence:
    """What a column's cells, none of them empty, look like."""
    sample = values[:_SAMPLE]
    count = len(sample) or 1
    american = month_first(sample)

    def share(test: object) -> float:
        return sum(bool(test(one)) for one in sample) / count  # type: ignore[operator]

    def known(words: object) -> float:
        return share(lambda one: slug(one) in words)  # type: ignore[operator]

    short = [one for one in sample if len(one) < 200]
    lists = sum(
        len(words := split_words(one)) > 1 and all(len(word) <= 40 for word in words)
        for one in short
    )
    return Evidence(
        days=share(lambda one: read_moment(one, american=american)),
        hours=share(lambda one: read_time(one) or read_hours(one)),
        mails=share(is_mail),
        phones=share(is_phone),
        addresses=share(is_address),
        code=share(lambda one: is_address(one) and any(host in one for host in _CODE_HOSTS)),
        states=known(STAGES),
        boxes=known(vocabulary.BOXES),
        places=known(vocabulary.TERRITORIES),
        readers=known(vocabulary.READERS),
        bodies=share(_names_body),
        lists=lists / count,
        length=sum(map(len, sample)) / count,
        lines=share(lambda one: "\n" in one),
        distinct=len(set(sample)) / count,
    )


def guess_kind(table: Table, name: str) -> str:
    """What each line of the table, of a file called ``name``, describes."""
    said = slug(table.name) or ""
    for words in (said, slug(name)):
        for kind in (*ITEMS, *(one for one in KINDS if one not in ITEMS)):
            if any(word in words for word in KINDS[kind].words):
                return kind
    heads = [slug(column) for column in table.columns]
    for kind in KINDS:
        # “Besoin”, “Nom du projet”: the first column says what the line is.
        if heads and any(
            heads[0] in (word, f"{word}s", f"nom-du-{word}") for word in KINDS[kind].words
        ):
            return kind
    points = {
        kind: sum(any(head in HEADS[name] for head in heads) for name in names)
        for kind, names in _TELLING.items()
    }
    best = max(points, key=lambda kind: points[kind])
    return best if points[best] else "project"


def guess_fields(table: Table, kind: str, evidence: Sequence[Evidence]) -> list[str]:
    """For each column the name of a field, a chapter of its own, or nothing."""
    fields = fields_of(kind)
    points: list[tuple[float, int, int]] = []
    for at, head in enumerate(table.columns):
        for order, field in enumerate(fields):
            found = _points(field, slug(head), evidence[at], at)
            if found >= _ENOUGH:
                points.append((-found, order, at))
    guessed: dict[int, str] = {}
    taken: set[str] = set()
    for _points_of, order, at in sorted(points):
        field = fields[order]
        by_head = field.many and _by_head(field, slug(table.columns[at])) > 0
        if at not in guessed and (by_head or field.name not in taken):
            guessed[at] = field.name
            taken.add(field.name)
    _name_lines(table, kind, evidence, guessed)
    ours = any(slug(head) in ("path", "page-title") for head in table.columns)
    for at, head in enumerate(table.columns):
        if is_private(head, evidence[at], kind) or (
            at not in guessed and ours and slug(head) in _TECHNICAL
        ):
            guessed[at] = NOTHING
    return [guessed.get(at, CHAPTER) for at in range(len(table.columns))]


def is_private(head: str, told: Evidence, kind: str) -> bool:
    """Whether a column says how people are reached, or what is theirs: no guess publishes that."""
    word = slug(head)
    heads = (HEADS[name] for name, field in FIELDS.items() if field.private)
    personal = kind == "person" and word in PERSONAL
    return told.private or personal or any(word in words for words in heads)


def _name_lines(
    table: Table, kind: str, evidence: Sequence[Evidence], guessed: dict[int, str]
) -> None:
    """Gives lines a name where no head said which column is one: the most different short words."""
    wanted = "what" if kind in ITEMS else "title"
    named = set(guessed.values())
    if wanted in named or {"first", "last"} <= named:
        return
    if kind == "person" and "first" in named:
        # “Nom, Prénom”: the title would be half a name.
        return
    free = [
        at
        for at in range(len(table.columns))
        if guessed.get(at) in (None, "source")
        and not evidence[at].private
        and evidence[at].length <= 200
    ]
    if free:
        # An identifier names lines where nothing else tells one from another.
        best = max(free, key=lambda at: (round(evidence[at].distinct, 1), at not in guessed, -at))
        guessed[best] = wanted


def _names_body(cell: str) -> bool:
    """Whether a cell names an organisation rather than people."""
    words = slug(cell).split("-")
    return not vocabulary.BODIES.isdisjoint(words) or (cell.isupper() and len(words) == 1)


def _points(field: Field, head: str, told: Evidence, at: int) -> float:
    return _by_head(field, head) + _by_values(field, told, at)


def _by_head(field: Field, head: str) -> float:
    if head in HEADS[field.name]:
        # Where several fields are called so, the one that is so called first.
        return 10.0 - 0.1 * HEADS[field.name].index(head)
    singular = head.removesuffix("s")
    if singular in HEADS[field.name] or f"{head}s" in HEADS[field.name]:
        return 8.5
    tokens = f"-{head}-"
    lengths = [len(word) for word in HEADS[field.name] if len(word) > 3 and f"-{word}-" in tokens]
    return 4.0 + 2.0 * max(lengths) / max(len(head), 1) if lengths else 0.0


def _by_values(field: Field, told: Evidence, at: int) -> float:
    """What the cells say for the field, and against it."""
    for_it: Mapping[str, float] = {
        "day": 2 * told.days,
        "moment": 2.5 * told.days,
        "time": 2 * told.hours,
        "web": 5 * told.addresses,
        "mail": 14 * told.mails,
        "phone": 14 * told.phones,
        "state": 6 * told.states,
        "box": 5 * told.boxes,
        "readers": 5 * told.readers,
    }
    if (found := for_it.get(field.shape)) is not None:
        if field.name == "repository":
            found += 3 * told.code - 2
        return found if found > 0.3 else -9.0
    against = 9.0 * max(told.mails, told.phones) + 6.0 * max(told.addresses, told.days)
    if field.name == "territory":
        return 6 * told.places - against - (4.0 if told.length > 60 else 0.0)
    if field.name == "themes":
        return (4.5 if told.lists >= 0.5 and told.distinct < 0.95 else 0.0) - against
    if field.name == "text":
        return (5.0 if told.length > 150 or told.lines > 0.2 else 0.0) - against
    if field.name == "summary":
        return (-6.0 if told.length > 400 or told.lines > 0.2 else 0.0) - against
    if field.name in ("title", "what"):
        return (1.5 if told.distinct > 0.9 else -2.0) - against - (6.0 if told.length > 200 else 0)
    if field.name == "source":
        return (1.0 if told.distinct == 1 and told.length < 60 else -9.0) - against
    if field.name in ("team", "organisation"):
        body = told.bodies if field.name == "organisation" else -told.bodies
        return 5 * body - against - (6.0 if told.length > 200 else 0.0)
    if field.shape == "names":
        return -against - (6.0 if told.length > 200 else 0.0)
    return -against
