"""What administrators are told of all pages and accounts that takes a walk: kept with its time.

::

    task "overview" ──each hour, where something changed──▶ index/overview.json ──▶ /-/admin

It is worked out for who may read everything, which administrators may.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wiki.disk.durable import write_file
from wiki.instance import Instance
from wiki.pages.members import GROUP
from wiki.people.accounts import accounts_named, guests, joined_accounts
from wiki.projections.catalogue import select
from wiki.projections.remains import count_deleted, count_saves
from wiki.reading import Reader, system_reader
from wiki.reading.dialect import dialect_of
from wiki.reading.lists import get_rows, iterate_rows
from wiki.task_queue import wake

TASK = "overview"
#: spaces and accounts that are named
MOST = 2_000
#: kinds of pages that a team answers for
_WITH_TEAM = ("project", "dossier", "event", "carrefour")
#: where nothing changed in git, accounts may have
_OLD = timedelta(hours=6)


@dataclass(frozen=True)
class Overview:
    """What there was to be told at the moment ``at``, of the commit ``commit``."""

    at: str
    commit: str
    #: links that lead nowhere, the pages that they name, pages that none leads to, pages gone
    broken: int
    wanted: int
    unlinked: int
    deleted: int
    #: commits in the last seven and thirty days
    saves_week: int
    saves_month: int
    #: spaces in whose team nobody has an account in use, by path
    orphans: tuple[str, ...]
    #: accounts that are joined to a page, or guests of one, that is gone
    leftovers: tuple[str, ...]

    @property
    def when(self) -> datetime:
        """The moment."""
        return datetime.fromisoformat(self.at)


def read_overview(instance: Instance) -> Overview | None:
    """The last one that was worked out; None where there is none yet."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        told = json.loads(_file(instance).read_text("utf-8"))
        names = {field.name for field in fields(Overview)}
        values = {name: told[name] for name in names}
        for name in ("orphans", "leftovers"):
            values[name] = tuple(values[name])
        return Overview(**values)
    return None


def ask_anew(instance: Instance) -> None:
    """Has it worked out again soon."""
    with suppress(OSError):
        os.utime(_file(instance), (0, 0))
    wake(instance.settings, TASK, here=True)


def is_due(instance: Instance) -> bool:
    """Whether something may be otherwise than it says."""
    known = read_overview(instance)
    if known is None or known.commit != instance.repository.head():
        return True
    looked = datetime.fromtimestamp(_file(instance).stat().st_mtime, UTC)
    return datetime.now(UTC) - looked > _OLD


def run(instance: Instance) -> None:
    """Works it out."""
    everything = system_reader(instance, "what administrators are told of all pages")
    now = instance.private.now()
    broken, wanted, unlinked = _gaps(everything)
    changes = everything.changes
    told = Overview(
        at=now.isoformat(),
        commit=everything.head,
        broken=broken,
        wanted=wanted,
        unlinked=unlinked,
        deleted=count_deleted(changes, everything.audience),
        saves_week=count_saves(changes, now - timedelta(days=7)),
        saves_month=count_saves(changes, now - timedelta(days=30)),
        orphans=tuple(_orphans(everything))[:MOST],
        leftovers=tuple(_leftovers(everything))[:MOST],
    )
    write_file(_file(instance), json.dumps(asdict(told)).encode())


def _gaps(everything: Reader) -> tuple[int, int, int]:
    by_name = dialect_of(everything).by_name
    return everything.links.gaps(everything.audience, by_name=by_name)


def _orphans(everything: Reader) -> Iterator[str]:
    """The spaces for which nobody can act but administrators."""
    accounts = joined_accounts(everything.instance.private)
    used = {page for _id, page, in_use in accounts if in_use}
    for row in iterate_rows(everything, select(_WITH_TEAM)):
        team = row.facts.get("team", ())
        by_group = [name for name in team if name.startswith(GROUP)]
        private = everything.instance.private
        if used.isdisjoint(team) and all(one.disabled for one in accounts_named(private, by_group)):
            yield row.path


def _leftovers(everything: Reader) -> Iterator[str]:
    """The accounts with something that is about a page which is gone."""
    private = everything.instance.private
    tied = [(id_, page) for id_, page, _used in joined_accounts(private)]
    tied += guests(private)
    there = get_rows(everything, sorted({page for _id, page in tied}))
    yield from dict.fromkeys(id_ for id_, page in tied if page not in there)


def _file(instance: Instance) -> Path:
    return instance.settings.instance / "index" / "overview.json"
