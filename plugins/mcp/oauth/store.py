"""Programs and codes: registered, found, used once, forgotten."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import delete, func, select

from wiki.api.errors import TooMany
from wiki.api.plugin import Instance
from wiki.api.tables import Database
from wiki.api.translation import gettext
from wiki.api.web.programs import list_programs

from .models import CodeRow, ProgramRow

#: what a program may be granted: to read, and to propose and follow; never to save
SCOPES = ("read", "propose")
#: programs that may be known at a time; days without anybody's yes after which one is forgotten,
#: and hours where there is no room
MOST, UNUSED, HURRIED = 10_000, 30, 1
#: seconds between the person's yes and the exchange
CODE_LIFE = 300


@dataclass(frozen=True)
class Program:
    """A program that has made itself known."""

    id: str
    name: str
    redirects: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """What a person said yes to, and in which session."""

    person: str
    session: str
    program: str
    redirect: str
    scopes: str
    challenge: str


def register(database: Database, name: str, redirects: tuple[str, ...]) -> Program:
    """Makes a program known. Raises TooMany where a great many have just come.

    Strangers cannot fill the place for others: those go whom nobody has let in by now.
    """
    if _is_full(database):
        _forget_programs(database, timedelta(hours=HURRIED))
    with database.session("mcp_program") as session:
        if (session.scalar(select(func.count()).select_from(ProgramRow)) or 0) >= MOST:
            raise TooMany(gettext("Many programs are known here already."), retry_after=3600)
        made = Program(token_urlsafe(24), name, redirects)
        session.add(
            ProgramRow(
                id=made.id, name=name, redirects="\n".join(redirects), created=database.now()
            )
        )
    return made


def find_program(database: Database, program_id: str) -> Program | None:
    """The program of that id, which may be anything that was sent."""
    row = database.find_row(ProgramRow, program_id[:64])
    return Program(row.id, row.name, tuple(row.redirects.split("\n"))) if row else None


def keep_code(database: Database, secret: str, code: Code) -> None:
    """Keeps what a person said yes to, for some minutes."""
    with database.session() as session:
        session.add(
            CodeRow(
                id=_hash(secret),
                person=code.person,
                session=code.session,
                program=code.program,
                redirect=code.redirect,
                scopes=code.scopes,
                challenge=code.challenge,
                until=database.now() + timedelta(seconds=CODE_LIFE),
            )
        )


def take_code(database: Database, secret: str, program_id: str) -> Code | None:
    """What a code stands for, the first time that it is shown; whoever shows it, it is used."""
    with database.session() as session:
        row = session.get(CodeRow, _hash(secret), with_for_update=True)
        if row is None:
            return None
        found = Code(row.person, row.session, row.program, row.redirect, row.scopes, row.challenge)
        over = row.until <= database.now() or row.program != program_id
        session.delete(row)
    return None if over else found


def forget_unused(instance: Instance) -> None:
    """Forgets codes that are over, and programs that nobody has let in. Each day."""
    with instance.private.session() as session:
        session.execute(delete(CodeRow).where(CodeRow.until < instance.private.now()))
    _forget_programs(instance.private, timedelta(days=UNUSED))


def _is_full(database: Database) -> bool:
    return (database.find_value(select(func.count()).select_from(ProgramRow)) or 0) >= MOST


def _forget_programs(database: Database, age: timedelta) -> None:
    """Forgets those of that age whom nobody has let in."""
    used = list_programs(database)
    with database.session() as session:
        old = select(ProgramRow.id).where(ProgramRow.created < database.now() - age)
        over = [one for one in session.scalars(old) if one not in used]
        for start in range(0, len(over), 500):
            part = over[start : start + 500]
            session.execute(delete(ProgramRow).where(ProgramRow.id.in_(part)))


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
