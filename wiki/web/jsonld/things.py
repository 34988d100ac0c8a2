"""What a page is about by its type, and what the site is; only what everybody may read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wiki.hookspecs.pages import PageContext
from wiki.hookspecs.things import Thing
from wiki.pages.paths import ROOT
from wiki.pages.urls import action_url, file_url, page_url
from wiki.people.access.policy import VISITOR
from wiki.people.accounts import people_by_page
from wiki.plugins import call_hook
from wiki.projections.catalogue import PageRow
from wiki.reading import Reader
from wiki.reading.events import event_of_row
from wiki.reading.lists import get_row, list_team
from wiki.reading.pages import list_crumbs, resolve_target
from wiki.web.jsonld.graph import linked_document
from wiki.web.look.presenters import picture_url

SITE, PUBLISHER = "/#site", "/#organisation"
#: types of schema.org by the type of a page; another page is about what its text says
_TYPES = {
    "project": "Project",
    "organisation": "Organization",
    "carrefour": "Organization",
    "dossier": "Collection",
    "event": "Event",
    "person": "Person",
}
#: members, and projects of a programme, that are told
_MOST = 50


def linked_page(context: PageContext) -> dict[str, Any] | None:
    """The page of ``context`` as JSON-LD, the same for every reader; None where it is not public.

    A visitor to whom a link shows it is not everybody.
    """
    row = context.row
    if row is None or row.group != "public":
        return None
    visitor = as_visitor(context.reader)
    if (seen := get_row(visitor, row.path)) is None:
        return None
    space = get_row(visitor, seen.space) if seen.space else None
    asked = PageContext(context.page, seen, space, False, False, visitor)
    return linked_data(visitor, _things(asked, seen))


def linked_data(reader: Reader, things: Iterator[Thing] | Sequence[Thing]) -> dict[str, Any]:
    """``things`` as one document of this site."""
    return linked_document(reader.instance.settings.public_url, things)


def as_visitor(reader: Reader) -> Reader:
    """``reader``, or who reads as everybody does at this moment."""
    plain = reader.person is None and reader.audience == VISITOR
    return reader if plain else Reader(reader.instance)


def agreed_people(reader: Reader, rows: Sequence[PageRow]) -> list[PageRow]:
    """Those of person pages ``rows`` whose person has them as their own: an account in use.

    What somebody else wrote of a person is a page like others.
    """
    people = [row for row in rows if row.type == "person" and row.group == "public"]
    accounts = people_by_page(reader.instance.private, [row.path for row in people])
    return [
        row
        for row in people
        if (one := accounts.get(row.path)) is not None and not (one.disabled or one.held)
    ]


def _things(context: PageContext, row: PageRow) -> Iterator[Thing]:
    reader = context.reader
    if row.path == ROOT:
        yield from _site(reader, row)
    else:
        yield _main(reader, row)
        yield from _crumbs(reader, row)
    hook = reader.instance.plugins.hook.linked_things
    for group in call_hook(hook, context=context):
        yield from group


def _site(reader: Reader, row: PageRow) -> Iterator[Thing]:
    settings = reader.instance.settings
    search = f"{settings.public_url}{action_url('search')}?q={{search_term_string}}"
    yield Thing(
        SITE,
        "WebSite",
        {
            "name": settings.site_name,
            "description": row.summary,
            "url": f"{settings.public_url}/",
            "inLanguage": row.lang or settings.lang,
            "publisher": _publisher(reader),
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": search},
                "query-input": "required name=search_term_string",
            },
        },
    )


def _publisher(reader: Reader) -> Thing:
    settings = reader.instance.settings
    name = settings.organisation or settings.site_name
    logo = picture_url(reader.instance.look.logo)
    said = {"name": name, "url": f"{settings.public_url}/"}
    if logo:
        said["logo"] = settings.public_url + logo
    return Thing(PUBLISHER, "Organization", said)


def _main(reader: Reader, row: PageRow) -> Thing:
    """The page as its type has it."""
    site, url = reader.instance.settings.public_url, page_url(row.path)
    kind = _TYPES.get(row.type, "WebPage")
    if kind == "Person" and not agreed_people(reader, [row]):
        kind = "WebPage"
    thing = Thing(
        url,
        kind,
        {
            "name": row.title,
            "description": row.summary,
            "url": site + url,
            "image": _picture(site, row),
        },
    )
    more = _MORE.get(kind)
    return replace(thing, properties={**thing.properties, **(more(reader, row) if more else {})})


def _picture(site: str, row: PageRow) -> str:
    if not row.image or "://" in row.image:
        return ""
    return site + file_url(row.image, {"width": "960"})


def _text(reader: Reader, row: PageRow) -> dict[str, Any]:
    """Of what is itself a text: a page, a dossier."""
    return {
        "inLanguage": row.lang or reader.instance.settings.lang,
        "keywords": row.facts.get("theme", ()),
        "isPartOf": Thing(SITE),
    }


def _group(reader: Reader, row: PageRow) -> dict[str, Any]:
    """Of a project or an organisation: who is in it, as far as they agreed, and where it is."""
    siret = row.first("siret") if row.type == "organisation" else ""
    team = agreed_people(reader, list_team(reader, row)[:_MOST])
    return {
        "keywords": row.facts.get("theme", ()),
        "areaServed": row.facts.get("territory", ()),
        "member": [Thing(page_url(one.path)) for one in team],
        "parentOrganization": _named(reader, row) if row.type == "project" else (),
        # The list of ISO 6523 calls the French directory of establishments so.
        "iso6523Code": f"0009:{siret}" if siret else "",
    }


def _person(reader: Reader, row: PageRow) -> dict[str, Any]:
    return {"knowsAbout": row.facts.get("skill", ()), "affiliation": _named(reader, row)}


def _named(reader: Reader, row: PageRow) -> list[Any]:
    """The organisations that a page names: their pages, or their names where they have none."""
    found: list[Any] = []
    for target in row.facts.get("organisation", ()):
        path = resolve_target(reader, target)
        seen = get_row(reader, path) if path else None
        if seen is not None:
            found.append(Thing(page_url(seen.path)))
        elif "/" not in target:
            found.append({"@type": "Organization", "name": target})
    return found


def _event(reader: Reader, row: PageRow) -> dict[str, Any]:
    event = event_of_row(reader, row)
    when, zone = event.when, reader.instance.settings.zone
    said: dict[str, Any] = {
        "inLanguage": row.lang or reader.instance.settings.lang,
        "keywords": row.facts.get("theme", ()),
        "organizer": _named(reader, row) or _publisher(reader),
        "about": [Thing(page_url(path)) for path in event.programme[:_MOST]],
        "eventStatus": f"https://schema.org/Event{'Cancelled' if event.cancelled else 'Scheduled'}",
    }
    if event.place:
        said["location"] = {"@type": "Place", "name": event.place, "address": event.place}
    if when is not None:
        if when.all_day:
            said["startDate"] = when.starts
            # The first day that is no longer part of it, against the last that is.
            said["endDate"] = when.ends - timedelta(days=1) if when.ends else when.starts
        else:
            said["startDate"] = _local(when.starts, zone)
            said["endDate"] = _local(when.ends, zone) if when.ends else ""
    return said


def _local(moment: date, zone: ZoneInfo) -> date:
    """A moment with the offset that clocks have there; a day is one."""
    return moment.astimezone(zone) if isinstance(moment, datetime) else moment


_MORE = {
    "WebPage": _text,
    "Collection": _text,
    "Project": _group,
    "Organization": _group,
    "Person": _person,
    "Event": _event,
}


def _crumbs(reader: Reader, row: PageRow) -> Iterator[Thing]:
    """The pages above, which have to be two at least to be a trail."""
    site = reader.instance.settings.public_url
    above = [(one.title, page_url(one.path)) for one in list_crumbs(reader, row.path)]
    trail = [*above, (row.title, page_url(row.path))]
    if len(trail) < 2:
        return
    yield Thing(
        f"{page_url(row.path)}#above",
        "BreadcrumbList",
        {
            "itemListElement": [
                {"@type": "ListItem", "position": at, "name": title, "item": site + url}
                for at, (title, url) in enumerate(trail, 1)
            ]
        },
    )
