"""Which projects a block is about: ``theme:iot,agriculture maturity:concept.. limit:10``."""

from dataclasses import dataclass

from wiki.api.meaning import fold
from wiki.api.pages import Problem
from wiki.api.pages.items import read_query
from wiki.api.paths import read_number, slug
from wiki.api.reading import Reader
from wiki.api.reading.rows import Selection, select
from wiki.api.translation import written_language

LIMIT, MOST = 20, 100
_FACTS = {
    "theme": ("thème", "theme"),
    "territory": ("territoire", "territory"),
    "presented": ("présenté", "presented"),
    "team": ("équipe", "team"),
}
_OWN = {
    "limit": ("limite", "limit"),
    "below": ("sous", "below"),
    "sort": ("tri", "sort"),
    "others": ("autres", "others"),
}
_BAD_LIMIT = "“{value}” is not a number from 1 to 100."


@dataclass(frozen=True)
class Asked:
    """A selection of projects; ``nothing`` where it is not understood for sure."""

    selection: Selection
    limit: int
    nothing: bool
    problems: tuple[Problem, ...]


def read_projects(reader: Reader, args: str, line: int = 0) -> Asked:
    """What ``args`` ask for; never raises."""
    known = reader.instance.fact_keys
    named = {**_FACTS, **{key.key: key.names for key in known.values() if key.names}, **_OWN}
    by_name = {fold(name): key for key, names in named.items() for name in names}
    by_name["themes"] = "theme"
    told = [names[0 if written_language() == "fr" else -1] for names in named.values()]
    query = read_query(args, by_name, line, told)
    problems = list(query.problems)
    limit = query.value("limit", str(LIMIT))
    number = read_number(limit) or 0
    if not 1 <= number <= MOST:
        problems.append(Problem(line, "bad-limit", _BAD_LIMIT, {"value": limit}))

    def canonical(key: str, words: tuple[str, ...]) -> list[str]:
        aliases = known[key].aliases if key in known else {}
        return [aliases.get(slug(word), word) for word in words]

    values = {k: canonical(k, words) for k, words in query.values.items() if k not in _OWN}
    ranges: dict[str, tuple[str, str]] = {}
    for key, ends in query.ranges.items():
        low, high = canonical(key, ends)
        ranges[key] = (low, high)
    return Asked(
        select(
            types=("project",),
            values=values,
            ranges=ranges,
            flags=query.flags - set(_OWN),
            below=query.value("below", "index"),
        ),
        number if len(problems) == len(query.problems) else LIMIT,
        query.nothing or len(problems) > len(query.problems),
        tuple(problems),
    )
