"""What tells a wiki that was restored from the one that its backup is of.

Both have the same identity, and one of them alone may look after what they share: a folder of a
bucket. The name of a copy is in the private rows, so that all its nodes have it, and is made anew
with each restore.
"""

from uuid import uuid4

from sqlalchemy import select, update

from wiki.people.models.instance import InstanceRow
from wiki.people.store.database import Database


def read_copy(private: Database) -> str:
    """The name of the copy that these rows belong to; "" in the first. Raises StorageFailed."""
    return private.find_value(select(InstanceRow.copy)) or ""


def new_copy() -> str:
    """A name that no other has."""
    return uuid4().hex


def write_copy(private: Database, name: str) -> None:
    """Makes these the rows of the copy of that name. Raises StorageFailed."""
    with private.session() as session:
        session.execute(update(InstanceRow).values(copy=name))
