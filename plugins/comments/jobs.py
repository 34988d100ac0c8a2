"""What time does to threads: they follow their words, and go with their page."""

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select, update

from wiki.api.plugin import Instance
from wiki.api.reading import find_page, system_reader
from wiki.api.tables import birth_name

from .models import CommentRow, ThreadRow
from .positions import place

NAME = "comments"
#: a page that is gone may be brought back for so long
GONE = timedelta(days=90)
#: a held comment that nobody reads is forgotten
HELD_FOR = timedelta(days=90)


def run(instance: Instance) -> None:
    """Does all that is due."""
    _forget(instance)
    for path in _paths(instance):
        _tend(instance, path)


def _paths(instance: Instance) -> list[str]:
    asked = select(ThreadRow.path).where(ThreadRow.path != "").distinct()
    return instance.private.list_rows(asked.order_by(ThreadRow.path))


def _forget(instance: Instance) -> None:
    """Threads of pages that are gone for good, and those in which nobody says anything any more."""
    now = instance.private.now()
    said = exists().where(CommentRow.thread == ThreadRow.id, CommentRow.words != "")
    held = (CommentRow.state == "held", CommentRow.created <= now - HELD_FOR)
    quiet = {"synchronize_session": False}
    with instance.private.session() as session:
        session.execute(delete(CommentRow).where(*held), execution_options=quiet)
        over = or_(ThreadRow.gone <= now - GONE, ThreadRow.path == "", ~said)
        session.execute(delete(ThreadRow).where(over), execution_options=quiet)


def _tend(instance: Instance, path: str) -> None:
    """Notes where each thread of the page is now."""
    everything = system_reader(instance, "comments")
    page = find_page(everything, path)
    here = birth_name(instance, path) if page is not None else None
    rows = instance.private.list_rows(select(ThreadRow).where(ThreadRow.path == path))
    for row in rows:
        values: dict[str, object] = {}
        if here and row.born != here:
            values["path"] = ""
        elif page is None:
            values["gone"] = row.gone or instance.private.now()
        else:
            placed = place(instance, row, page)
            lost = bool(row.quote) and placed.span is None
            values = {"gone": None, "lost": lost}
            if placed.span is not None:
                values |= {
                    "start": placed.span.start,
                    "end": placed.span.end,
                    "place": path,
                    "revision": everything.head,
                }
        if any(getattr(row, name) != value for name, value in values.items()):
            # Only as it was read: somebody else may have noted a later version meanwhile, and a
            # page that has moved took its threads with it.
            same = ThreadRow.path == path, ThreadRow.revision == row.revision
            change = update(ThreadRow).where(ThreadRow.id == row.id, *same).values(**values)
            with instance.private.about(path, ThreadRow):
                instance.private.execute(change)
