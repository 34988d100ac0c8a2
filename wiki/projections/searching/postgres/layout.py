"""The tables of the search index, and the state that says what of them holds.

::

    state      the commit that it reflects, and which build of the tables holds
    page_N     a row for each page and each item on it: what a result shows
    posting_N  a row for each term: the numbers of its documents, and its weight in each

A document has a number, which is never given again: what is read of it stays true. One that is gone
keeps its row until the tables are built anew. Terms of the latest documents still lie with them
(``terms``), until some are put among the postings (``packer.py``).
"""

import logging
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

import psycopg

from wiki.pages.head.frontmatter import EDITION as HEADS
from wiki.projections.searching.index.schema import LEVELS
from wiki.repository.objects import EMPTY

log = logging.getLogger(__name__)

_HERE = Path(__file__).parent
_SEARCHING = _HERE.parent
_MODULES = (
    _SEARCHING.parent / "analysis.py",
    *(_SEARCHING / name for name in ("french.py", "plain_text.py", "stopwords.py", "synonyms.py")),
    *(_SEARCHING / "index" / name for name in ("entries.py", "schema.py")),
    *(_HERE / name for name in ("layout.py", "packer.py", "rows.py")),
)

#: the code that the rows were made by: that of another has a schema of its own
EDITION = sha256(
    b"".join(module.read_bytes() for module in _MODULES) + f"{HEADS}".encode()
).hexdigest()[:16]


class State(NamedTuple):
    """What the one row of ``state`` says.

    Documents below ``packed`` are among the postings, those below ``first`` in rows that are as
    large as they get; ``pages`` have changed since some were put there, in ``packs`` times.
    """

    build: int = 0
    commit: str = EMPTY
    held: str = EMPTY
    change: int = 0
    size: int = 0
    packed: int = 0
    first: int = 0
    packs: int = 0
    pages: int = 0
    gone: int = 0
    #: given anew each time that it is written: servers that have the same have the same documents
    mark: str = ""


STATE = f"SELECT {', '.join(State._fields)} FROM {{}}.state"

_STATE_TABLE = """
    CREATE SCHEMA IF NOT EXISTS {};
    CREATE TABLE IF NOT EXISTS {}.state (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        build integer NOT NULL, commit text NOT NULL, held text NOT NULL,
        change bigint NOT NULL, size integer NOT NULL, packed integer NOT NULL,
        first integer NOT NULL, packs integer NOT NULL, pages integer NOT NULL,
        gone integer NOT NULL, mark text NOT NULL
    );
"""
_PAGES = """
    CREATE TABLE {}.page_%(build)d (
        id integer NOT NULL, change bigint NOT NULL, gone bigint,
        path text COLLATE "C" NOT NULL, kind text NOT NULL, space text NOT NULL,
        readers text NOT NULL, level smallint NOT NULL,
        card text NOT NULL, terms text, words tsvector NOT NULL
    ) WITH (toast_tuple_target = 256);
    CREATE TABLE {}.posting_%(build)d (
        term text COLLATE "C" NOT NULL, first integer NOT NULL,
        documents bytea NOT NULL, weights bytea NOT NULL
    );
    ALTER TABLE {}.posting_%(build)d
        ALTER documents SET STORAGE EXTERNAL, ALTER weights SET STORAGE EXTERNAL
"""
_INDEXES = """
    ALTER TABLE {}.page_%(build)d ADD PRIMARY KEY (id);
    CREATE INDEX ON {}.page_%(build)d (path) WHERE gone IS NULL;
    CREATE INDEX ON {}.page_%(build)d (gone) WHERE gone IS NOT NULL;
    CREATE INDEX ON {}.page_%(build)d USING gin (words);
    ALTER TABLE {}.posting_%(build)d ADD PRIMARY KEY (term, first);
    ANALYZE {}.page_%(build)d; ANALYZE {}.posting_%(build)d
"""
_TRIGRAMS = """
    CREATE INDEX ON {}.posting_%(build)d
    USING gin (substr(term, 3) "%(schema)s".gin_trgm_ops) WHERE substr(term, 2, 1) = 'w'
"""
TRIGRAMS_SCHEMA = """
    SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_trgm'
"""
_OTHERS = "SELECT 1 FROM pg_namespace WHERE starts_with(nspname, %s) AND nspname <> %s"
_NAMES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relkind = 'r' AND c.relname ~ '^(page|posting|stage)_[0-9]+$'
"""


class Layout:
    """Makes and drops the tables of one schema, in the transaction of a cursor."""

    def __init__(self, schema: str) -> None:
        self._schema = schema

    def text(self, statement: str, build: int = 0, **more: object) -> str:
        """A statement for the tables of ``build``."""
        filled = statement % {"build": build, **more} if "%(" in statement else statement
        return filled.replace("{}", f'"{self._schema}"')

    def prepare(self, cursor: Any, beside: str) -> bool:
        """Makes the schema and its state where they are missing; whether other code's is there.

        ``beside`` is the schema in which an extension is put that nobody has made.
        """
        cursor.execute(self.text(_STATE_TABLE))
        if cursor.execute(self.text("SELECT 1 FROM {}.state")).fetchone() is None:
            self.save(cursor, State())
        if cursor.execute(TRIGRAMS_SCHEMA).fetchone() is None:
            try:
                with cursor.connection.transaction():
                    cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{beside}"')
                    cursor.execute(f'CREATE EXTENSION pg_trgm SCHEMA "{beside}"')
            except psycopg.Error as error:
                log.warning(
                    "misspelt words are looked for without an index: %s. Whoever may has to say"
                    " once, in this database: CREATE EXTENSION pg_trgm",
                    str(error).strip(),
                )
        asked = (self._schema.rpartition(":")[0] + ":", self._schema)
        return bool(cursor.execute(_OTHERS, asked).fetchone())

    def read(self, cursor: Any) -> State:
        """The state as the transaction of ``cursor`` sees it."""
        found = cursor.execute(self.text(STATE)).fetchone()
        return State() if found is None else State(*found)

    def save(self, cursor: Any, state: State) -> None:
        """Says that this is the state from now on."""
        names = State._fields
        cursor.execute(
            self.text(
                f"INSERT INTO {{}}.state ({', '.join(names)})"
                f" VALUES ({', '.join(['%s'] * len(names))}) ON CONFLICT (one) DO UPDATE SET "
                + ", ".join(f"{name} = excluded.{name}" for name in names)
            ),
            state._replace(mark=token_hex(8)),
        )

    def make(self, cursor: Any, build: int) -> None:
        """Makes the tables of a build, which nobody asks before it is the state's."""
        cursor.execute(self.text(_PAGES, build))

    def finish(self, cursor: Any, build: int) -> None:
        """Makes the indexes of what was filled."""
        cursor.execute(self.text(_INDEXES, build))
        if (found := cursor.execute(TRIGRAMS_SCHEMA).fetchone()) is not None:
            cursor.execute(self.text(_TRIGRAMS, build, schema=found[0]))

    def drop(self, cursor: Any) -> None:
        """Drops the tables of all builds that do not hold any more."""
        build = self.read(cursor).build
        for (name,) in cursor.execute(_NAMES, (self._schema,)).fetchall():
            if not name.endswith(f"_{build}"):
                cursor.execute(self.text(f'DROP TABLE {{}}."{name}"'))


def level_of(group: str) -> int:
    """The level of who may read it, by number."""
    return LEVELS.index(group) if group in LEVELS else len(LEVELS) - 1
