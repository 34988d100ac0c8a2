"""Private rows: what concerns people and is in no page.

::

    class Vote(Base):
        __tablename__ = "poll_vote"
        path: Mapped[str] = mapped_column(String(4000), info={"page": True})

    with instance.private.session() as session:
        session.add(Vote(path=path))

Pages that show rows are made anew once these change. For what lies elsewhere, a block or a hook
says ``depends_on("weather")``, and ``invalidate_pages(instance, "weather")`` that it is otherwise.

Missing tables are made when a wiki opens; one that is out there gets a new shape by a revision of
Alembic in ``migrations/`` beside the module that declares it.
"""

from wiki.cache.topics import depends_on
from wiki.editing.review.proposals import invalidate_pages
from wiki.people.models.tables import Base, Moment
from wiki.people.store.database import Database

__all__ = ["Base", "Database", "Moment", "depends_on", "invalidate_pages"]
