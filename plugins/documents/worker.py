"""What takes longer, in the background: one document after the other, resumed where killed."""

import logging

from sqlalchemy import func, select, update

from wiki.api.errors import WikiError
from wiki.api.jobs import Backlog
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext, use_language

from .exporting import FILE, Asked, made, pages_of
from .importing import ORIGINAL, keep, read_now
from .models import EXPORT, FAILED, READY, WAITING, WORKING, WorkRow
from .store import change, file_of, forget_old, keys_here, put_file

_TRIES = 2
_log = logging.getLogger(__name__)


def run(instance: Instance) -> None:
    """Makes and reads what waits, oldest first; forgets what is old."""
    forget_old(instance)
    with instance.private.session() as session:
        # Only this task works on rows, once at a time: what is at work was killed.
        mine = WorkRow.id.in_(keys_here(instance))
        again = update(WorkRow).where(WorkRow.state == WORKING, mine).values(state=WAITING)
        session.execute(again)
    while (row := _next(instance)) is not None:
        with use_language(row.lang):
            _work(instance, row)


def count_waiting(instance: Instance) -> Backlog:
    """The documents that nobody has begun to make or read."""
    query = select(func.count(), func.min(WorkRow.created)).where(WorkRow.state == WAITING)
    count, since = instance.private.list_tuples(query)[0]
    return Backlog(gettext("Documents to make or to read"), count, since)


def _next(instance: Instance) -> WorkRow | None:
    with instance.private.session() as session:
        mine = WorkRow.id.in_(keys_here(instance))
        query = select(WorkRow).where(WorkRow.state == WAITING, mine).order_by(WorkRow.created)
        row = session.scalars(query.limit(1)).first()
        if row is not None:
            row.tries += 1
            row.state = WORKING
        return row


def _work(instance: Instance, row: WorkRow) -> None:
    if row.tries > _TRIES:
        _fail(instance, row, gettext("This document could not be finished. Take a smaller one."))
        return
    person = get_person(instance.private, row.person) if row.person else None
    if row.person and person is None:
        return
    reader = Reader(instance, person)
    try:
        (_export if row.kind == EXPORT else _import)(reader, row)
    except WikiError as error:
        _fail(instance, row, error.words)
    except Exception:
        _log.exception("the document %s failed", row.id)
        _fail(instance, row, gettext("Something went wrong on our side. Try again."))


def _export(reader: Reader, row: WorkRow) -> None:
    instance = reader.instance
    pages = pages_of(reader, row.path, row.scope)
    change(instance, row.id, total=len(pages), done=0)

    def told(done: int) -> None:
        if done % 5 == 0 or done == len(pages):
            change(instance, row.id, done=done)

    asked = Asked(row.path, row.scope, row.format)
    data = made(reader, asked, pages, instance.settings.document_time, told)
    put_file(instance, row.id, FILE, data)
    names = "\n".join(page.path for page in pages)
    change(instance, row.id, state=READY, done=len(pages), pages=names)


def _import(reader: Reader, row: WorkRow) -> None:
    instance = reader.instance
    data = file_of(instance, row.id, ORIGINAL)
    taken = read_now(instance, row.name, data, instance.settings.document_time)
    keep(instance, row.id, taken)
    change(instance, row.id, state=READY)


def _fail(instance: Instance, row: WorkRow, words: str) -> None:
    change(instance, row.id, state=FAILED, words=words[:500])
