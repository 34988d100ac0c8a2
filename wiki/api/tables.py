"""Private rows: what concerns people and is in no page.

::

    class Vote(Base):
        __tablename__ = "poll_vote"
        person: Mapped[Owner] = mapped_column(primary_key=True)
        path: Mapped[PagePath] = mapped_column(index=True)
        born: Mapped[PageBirth | None]

    with instance.private.session(f"poll:{path}") as session:  # one at a time
        session.add(Vote(person=person.id, path=path, born=birth_name(instance, path)))

    rows = instance.private.list_rows(select(Vote).where(Vote.path == path))
    mine = still_about(instance, rows, lambda row: (row.path, row.born))  # not another page's

``Owner``: the row goes with the account; ``Actor``, in a ``Mapped[Actor | None]``: it outlives it.
``PagePath`` follows its page, "" once that is gone; ``PageBirth`` says which page that was. A point
in time is ``Mapped[datetime] = mapped_column(Moment)``, now is ``instance.private.now()``.

Pages that show rows are made anew once these change. Inside ``instance.private.about(path, Vote)``
all that is read and written are rows of that page: then its votes leave other pages kept. For what
lies elsewhere, a block or a hook says ``depends_on("weather")``, and that it is otherwise
``invalidate_pages(instance, "weather")``.

What must be gone everywhere once it is deleted, such as a key, says so, and no backup has it:
``__table_args__ = {"info": {"passing": True}}``.

Where several machines serve the wiki, a process that keeps something for long asks whether it may:
``Turns(instance.private).take("poll:projets/lora")`` says no while another node has that; with
``ask``, that one finds it in ``asked``.

Missing tables are made when a wiki opens; one that is out there gets a new shape by a revision of
Alembic in ``migrations/`` beside the module that declares it.
"""

from wiki.cache.topics import depends_on
from wiki.editing.review.proposals import invalidate_pages
from wiki.people.models.tables import Actor, Base, Moment, Owner, PageBirth, PagePath
from wiki.people.store.database import Database
from wiki.people.store.locks import Turns
from wiki.reading.births import birth_name, birth_of, is_still, still_about
