"""The head of a person's page: what they know, how much time they have, where they help."""

from typing import Any

from wiki.pages.urls import action_url, page_url
from wiki.pages.words import read_number, slug
from wiki.projections.catalogue import PageRow
from wiki.reading import Reader
from wiki.reading.lists import get_rows
from wiki.reading.pages import resolve_target
from wiki.translation import gettext as _
from wiki.translation import lazy, ngettext

#: so many of the spaces on whose team a person is
SPACES = 12

_ROLES = {
    "expert": lazy("expert"),
    "connector": lazy("connector"),
    "correspondent": lazy("correspondent"),
    "owner": lazy("project owner"),
    "partner": lazy("partner"),
}
_TIMES = {
    "un-peu": lazy("a little"),
    "a-little": lazy("a little"),
    "ponctuelle": lazy("now and then"),
    "occasional": lazy("now and then"),
    "reguliere": lazy("regularly"),
    "regular": lazy("regularly"),
}


def person_facts(reader: Reader, person: PageRow) -> list[dict[str, Any]]:
    """The facts of ``person`` in words, each with links; only spaces that the reader may see."""
    told = []
    for key, label in (("skill", _("Knows about")), ("role", _("Takes part as"))):
        links = [
            {
                "label": str(_ROLES.get(slug(one), one)),
                "url": action_url("people", query={key: slug(one)}),
            }
            for one in person.facts.get(key, ())
        ]
        told.append({"label": label, "links": links})
    if time := person.first("availability"):
        words = _time_words(time)
        told.append({"label": _("Time"), "links": [{"label": words, "url": ""}]})
    told.append({"label": _("Organisation"), "links": _organisations(reader, person)})
    rows = get_rows(reader, reader.catalogue.teams_of(person.path, reader.today))
    spaces = [row for path, row in rows.items() if path != person.path]
    links = [{"label": row.title, "url": page_url(row.path)} for row in spaces[:SPACES]]
    told.append({"label": _("In the team of"), "links": links})
    return [one for one in told if one["links"]]


def _organisations(reader: Reader, person: PageRow) -> list[dict[str, str]]:
    """What a person's page says of their organisations: links to pages that the reader may see.

    Else the words, where they name no page.
    """
    named = person.facts.get("organisation", ())[:SPACES]
    paths = {one: resolve_target(reader, one) or "" for one in named}
    rows = get_rows(reader, [path for path in paths.values() if path])
    told = []
    for one, path in paths.items():
        if (row := rows.get(path)) is not None:
            told.append({"label": row.title, "url": page_url(row.path)})
        elif "/" not in one:
            told.append({"label": one, "url": ""})
    return told


def _time_words(written: str) -> str:
    """An availability in words: a known one, a number of requests a month, else as written."""
    if (known := _TIMES.get(slug(written))) is not None:
        return str(known)
    if written == "0":
        return _("not available for now")
    if (count := read_number(written)) is not None and count < 1_000:
        words = ngettext("one request a month", "{count} requests a month", count)
        return words.format(count=count)
    return written
