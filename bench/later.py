"""Versions of this software that are not there yet: ``python -m bench.later 2 COMMAND…``.

The same code with another number and more revisions of the private tables: the second widens a
column, adds two and an index; the third moves what stands in one of them into a table of its own,
and makes a table anew. What an upgrade meets in them is what it meets in a release.
"""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wiki.people.store.migrations import Branch

SECOND = """
def upgrade():
    with op.batch_alter_table("person") as table:
        table.alter_column("name", type_=sa.String(300))
        table.add_column(sa.Column("motto", sa.String(40), server_default="toujours"))
        table.add_column(sa.Column("seen", sa.DateTime(timezone=True)))
        table.create_index("ix_person_motto", ["motto"])
    op.execute("UPDATE person SET motto = substr(name, 1, 40)")
"""
THIRD = """
def upgrade():
    op.create_table(
        "motto",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "person",
            sa.String(32),
            sa.ForeignKey("person.id", name="fk_motto_person_person", ondelete="CASCADE"),
        ),
        sa.Column("said", sa.Text, nullable=False),
    )
    op.execute("INSERT INTO motto (person, said) SELECT id, motto FROM person")
    with op.batch_alter_table("person") as table:
        table.drop_index("ix_person_motto")
        table.drop_column("motto")
    op.rename_table("audit", "audit_before")
    op.rename_table("audit_before", "audit")
"""
_HEAD = "import sqlalchemy as sa\nfrom alembic import op\n"


def main() -> None:
    """Runs ``wiki`` as of that version: 1 is the one that is here."""
    number, *words = sys.argv[1:]
    with TemporaryDirectory() as folder:
        become(int(number), Path(folder))
        from wiki.cli import main as command

        command(words, prog_name="wiki")


def become(number: int, folder: Path) -> None:
    """Has this process be that version, with its revisions in ``folder``."""
    import wiki

    # Before any other module says which version it is.
    wiki.__version__ = f"{number}.0.0"
    from wiki.people.store import migrations

    find = migrations.find_branches

    def found() -> list[migrations.Branch]:
        return [_later(one, number, folder) if "person" in one.tables else one for one in find()]

    migrations.find_branches = found


def _later(branch: "Branch", number: int, folder: Path) -> "Branch":
    for file in branch.folder.glob("*_*.py"):
        (folder / file.name).write_bytes(file.read_bytes())
    revisions = list(branch.revisions)
    for lines in (SECOND, THIRD)[: number - 1]:
        branch_name, _, last = revisions[-1].rpartition("_")
        name = f"{branch_name}_{int(last) + 1:04}"
        said = f'revision, down_revision = "{name}", "{revisions[-1]}"\n'
        (folder / f"{name}.py").write_text(_HEAD + said + lines)
        revisions.append(name)
    return replace(branch, folder=folder, revisions=tuple(revisions))


if __name__ == "__main__":
    main()
