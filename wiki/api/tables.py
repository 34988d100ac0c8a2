"""Private rows: what concerns people and is in no page.

::

    class Vote(Base):
        __tablename__ = "poll_vote"
        path: Mapped[str] = mapped_column(String(4000), info={"page": True})

    with instance.private.session() as session:
        session.add(Vote(path=path))
    invalidate_pages(instance)  # where pages show it

Missing tables are made when a wiki opens; one that is out there gets a new shape by a revision of
Alembic in ``migrations/`` beside the module that declares it.
"""

from wiki.editing.review.proposals import invalidate_pages
from wiki.people.models.tables import Base, Moment
from wiki.people.store.database import Database

__all__ = ["Base", "Database", "Moment", "invalidate_pages"]
