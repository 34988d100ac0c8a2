"""Who presents at events that come: the teams whose letter said that they are selected."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from wiki.api.events import Presenter
from wiki.api.plugin import Instance
from wiki.api.reading import system_reader

from ..calls import call_at
from ..decisions import decisions
from ..models import ApplicationRow
from ..ownership import standing, team_accounts
from ..states import LIVE, SELECTED
from ..store import find_all

#: what was proposed longer ago is of no event that comes
_BACK = timedelta(days=800)


def presenters(instance: Instance) -> Mapping[str, Sequence[Presenter]]:
    """By the path of the event; who is on several teams of one stands for the first alone."""
    since = instance.private.now() - _BACK
    rows = find_all(
        instance,
        ApplicationRow.created > since,
        ApplicationRow.state.in_(LIVE),
        ApplicationRow.project != "",
        ApplicationRow.event != "",
    )
    known = decisions(instance, [row.id for row in rows])
    chosen = [
        row
        for row in rows
        if row.id in known and known[row.id].told and known[row.id].choice == SELECTED
    ]
    coming = {path for path in {row.event for row in chosen} if _comes(instance, path)}
    chosen = [row for row in chosen if row.event in coming]
    pages = standing(instance, chosen)
    teams = team_accounts(instance, pages.values())
    found: dict[str, dict[str, Presenter]] = {}
    for row in chosen:
        page = pages.get(row.id)
        for person in teams[page.path] if page is not None else ():
            told = Presenter(person.id, page.title if page is not None else "")
            found.setdefault(row.event, {}).setdefault(person.id, told)
    return {path: tuple(people.values()) for path, people in found.items()}


def _comes(instance: Instance, path: str) -> bool:
    """Whether the event is not over; one whose page is gone may have been to come."""
    reader = system_reader(instance, "applications")
    call = call_at(reader, path)
    when = call.event.when if call is not None else None
    return when is None or not when.is_over(reader.today, instance.settings.zone)
