"""Where documents are kept for a day: a row each, and a folder for what it holds.

The folder is ``documents/`` of the instance, for the service's own account alone. If it is lost, a
document is made, or sent, again.
"""

import re
import secrets
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from wiki.api.errors import NotFound
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, page_exists
from wiki.api.translation import gettext, language

from .models import READY, WorkRow

LASTS = timedelta(days=1)
_ID = re.compile(r"[\w-]{16,32}")
#: documents of one person at a time: the oldest goes
_MOST = 20


def begin(reader: Reader, values: Mapping[str, str], state: str) -> WorkRow:
    """A new row, in ``state``; whoever asks owns it."""
    private = reader.instance.private
    row = WorkRow(
        id=secrets.token_urlsafe(16),
        person=reader.person.id if reader.person else None,
        lang=language(),
        state=state,
        created=private.now(),
        **values,
    )
    folder(reader.instance, row.id).mkdir(parents=True, mode=0o700, exist_ok=True)
    with private.session() as session:
        session.add(row)
        if row.person is not None:
            query = select(WorkRow).where(WorkRow.person == row.person)
            old = session.scalars(query.order_by(WorkRow.created.desc()).offset(_MOST - 1)).all()
            for one in old:
                drop_files(reader.instance, one.id)
                session.delete(one)
    return row


def found(reader: Reader, key: str, kind: str) -> WorkRow:
    """The reader's own document; a visitor's is of who knows its address. Raises NotFound."""
    private = reader.instance.private
    with private.reading() as session:
        row = session.get(WorkRow, key) if _ID.fullmatch(key) else None
        if row is not None:
            session.expunge(row)
    owner = reader.person.id if reader.person else None
    old = row is not None and row.created < private.now() - LASTS
    if row is None or row.kind != kind or old or row.person not in (None, owner):
        raise NotFound(gettext("This document is gone: they are kept for a day. Make it again."))
    return row


def change(instance: Instance, key: str, **values: object) -> bool:
    """Sets columns of a row; whether it is still there."""
    with instance.private.session() as session:
        done = session.execute(update(WorkRow).where(WorkRow.id == key).values(**values))
        return bool(done.rowcount)  # type: ignore[attr-defined]


def drop(instance: Instance, key: str) -> None:
    """Forgets a document."""
    with instance.private.session() as session:
        row = session.get(WorkRow, key)
        if row is not None:
            session.delete(row)
    drop_files(instance, key)


def folder(instance: Instance, key: str) -> Path:
    """Where what a document holds lies."""
    return _place(instance) / key


def drop_files(instance: Instance, key: str) -> None:
    """Removes what a document holds."""
    shutil.rmtree(folder(instance, key), ignore_errors=True)


def put_file(instance: Instance, key: str, name: str, data: bytes) -> None:
    """Keeps a file of a document, whole or not at all."""
    target = folder(instance, key) / name
    target.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    beside = target.with_name(f".{secrets.token_hex(4)}")
    beside.touch(mode=0o600)
    beside.write_bytes(data)
    beside.replace(target)


def file_of(instance: Instance, key: str, name: str) -> bytes:
    """A file of a document. Raises NotFound where it is gone."""
    try:
        return (folder(instance, key) / name).read_bytes()
    except OSError:
        raise NotFound(gettext("This document is gone. Make it again.")) from None


def keys_here(instance: Instance) -> list[str]:
    """The documents whose files lie in this instance's folder: another node has those of others."""
    place = _place(instance)
    return [one.name for one in place.iterdir()] if place.is_dir() else []


def forget_old(instance: Instance) -> None:
    """Forgets what is older than a day, and files that no row speaks of."""
    with instance.private.session() as session:
        old = WorkRow.created < instance.private.now() - LASTS
        for row in session.scalars(select(WorkRow).where(old)):
            drop_files(instance, row.id)
            session.delete(row)
        session.flush()
        kept = set(session.scalars(select(WorkRow.id)))
    place = _place(instance)
    if place.is_dir():
        for one in place.iterdir():
            if one.name not in kept and _is_old(instance, one):
                shutil.rmtree(one, ignore_errors=True)


def may_have(reader: Reader, row: WorkRow) -> bool:
    """Whether the reader may see, now, every page that the file was made of."""
    pages = row.pages.splitlines()
    return row.state == READY and all(page_exists(reader, path) for path in pages)


def _place(instance: Instance) -> Path:
    return instance.settings.instance / "documents"


def _is_old(instance: Instance, path: Path) -> bool:
    """A folder is made just before its row."""
    try:
        return instance.private.now().timestamp() - path.stat().st_mtime > 600
    except OSError:
        return False
