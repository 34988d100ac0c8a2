"""The task: throws the key of a month away once it is over, and lets go of what is answered."""

from datetime import timedelta

from sqlalchemy import delete, select

from wiki.api.plugin import Instance
from wiki.api.reading import Reader, search_pages

from .counts import LOCK, turn_month
from .models import LackRow

#: what nobody asks any more
_LASTS = timedelta(days=183)


def run(instance: Instance) -> None:
    """See the module."""
    oldest = f"{instance.private.now() - _LASTS:%Y-%m}"
    with instance.private.session(LOCK) as session:
        turn_month(session, instance)
        session.execute(delete(LackRow).where(LackRow.month < oldest))
    looked_for = select(LackRow.key, LackRow.words).where(LackRow.way == "search")
    # What everyone finds: what is closed answers nobody else, and is not told of by this.
    visitor = Reader(instance)
    found = [
        key
        for key, words in instance.private.list_tuples(looked_for)
        if search_pages(visitor, words, limit=1, extracts=False).total
    ]
    if found:
        with instance.private.session(LOCK) as session:
            session.execute(delete(LackRow).where(LackRow.key.in_(found)))
