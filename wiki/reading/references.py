"""What a page's head says of other pages, or of itself, that does not lead where its author thinks.

Told as Problems to those who may edit the page; nothing is refused.
"""

from collections.abc import Collection, Iterator

from wiki.errors import BadPath
from wiki.pages.members import GROUP, member_of
from wiki.pages.page import ALIASES, Page
from wiki.pages.paths import normalise
from wiki.pages.problems import Problem
from wiki.projections.links import Links

#: names of a team that are looked up; the rest is taken to be right
_LOOKED_UP = 50

_BY_NAME = "“{name}” in “team” gives no rights: a team counts by path, so write [[{path}]]."
_NOBODY = "“{name}” in “team” leads to no page: write the path of a person’s page there."
_NO_GROUP = "“{name}” is no group here: nobody reads or writes by it."
_NO_MEMBER = "“{word}” names nobody, or its day is not written as in until:2027-03-01."
_NO_TEAM = "“readers” counts where “team” stands: on this page nobody reads by it."
_TOO_MANY_ALIASES = (
    "Only the first {count} addresses under “aliases” lead here: take out those that nobody uses."
)
_SAME_TITLE = "“{path}” bears the same title, and a link by that title leads there."


def reference_problems(
    page: Page, links: Links, audience: Collection[str], groups: Collection[str]
) -> list[Problem]:
    """The problems of ``page`` as it stands, for who belongs to ``audience``; ``groups``: names."""
    return [
        *_aliases(page),
        *_team(page, links, audience),
        *_lines(page, groups),
        *_title(page, links, audience),
    ]


def _aliases(page: Page) -> Iterator[Problem]:
    if len(page.head.links("aliases")) > ALIASES:
        line, most = page.head.lines.get("aliases", 0), {"count": str(ALIASES)}
        yield Problem(line, "too-many-aliases", _TOO_MANY_ALIASES, most)


def _team(page: Page, links: Links, audience: Collection[str]) -> Iterator[Problem]:
    line = page.head.lines.get("team", 0)
    for name in page.team[:_LOOKED_UP]:
        if name.startswith(GROUP):
            continue
        found = links.resolve(name, audience)
        if found is None:
            yield Problem(line, "team-nobody", _NOBODY, {"name": name})
        elif found != _path(name):
            yield Problem(line, "team-by-name", _BY_NAME, {"name": name, "path": found})


def _lines(page: Page, groups: Collection[str]) -> Iterator[Problem]:
    """What the lines ``team`` and ``readers`` say that counts for nobody."""
    for key in ("team", "readers"):
        line = page.head.lines.get(key, 0)
        for word in page.head.words(key)[:_LOOKED_UP]:
            if (one := member_of(word)) is None:
                yield Problem(line, "no-member", _NO_MEMBER, {"word": word})
            elif one.name.startswith(GROUP) and one.name.removeprefix(GROUP) not in groups:
                yield Problem(line, "no-group", _NO_GROUP, {"name": one.name})
    if page.head.words("readers") and page.type != "person" and not page.head.words("team"):
        yield Problem(page.head.lines.get("readers", 0), "readers-no-team", _NO_TEAM)


def _title(page: Page, links: Links, audience: Collection[str]) -> Iterator[Problem]:
    """Only the page that comes second is told of it: it is the one that links do not find.

    Chapters that bear one name in every space, such as its specifications, are meant to be alike.
    """
    first = next(iter(links.same_title(page.path, audience, limit=1)), None)
    if first is not None and first.path < page.path and not _same_chapter(first.path, page.path):
        yield Problem(_title_line(page), "same-title", _SAME_TITLE, {"path": first.path})


def _same_chapter(one: str, other: str) -> bool:
    (space, _, name), (elsewhere, _, named) = one.rpartition("/"), other.rpartition("/")
    return name == named and "/" in space and "/" in elsewhere


def _title_line(page: Page) -> int:
    if "title" in page.head.lines:
        return page.head.lines["title"]
    return next((one.line for one in page.document.headings if one.text), 0)


def _path(name: str) -> str | None:
    try:
        return normalise(name.strip())
    except BadPath:
        return None
