"""Commands that move the private rows of an instance into another kind of database."""

import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import click

from wiki.cli.audit import operator
from wiki.cli.console import Advance, count, progress
from wiki.cli.frame import bring_up, command_settings, instance_option, main
from wiki.config import Settings
from wiki.errors import NotFound

if TYPE_CHECKING:
    from wiki.parts.relocation import Relocated

_replace = click.option(
    "--replace", is_flag=True, help="Where older rows of this wiki are there: keep them in a copy."
)


@main.command("move-to-postgresql")
@instance_option
@click.argument("url", metavar="[DATABASE_URL]", required=False)
@_replace
@click.pass_context
def move_to_postgresql(ctx: click.Context, url: str | None, replace: bool) -> None:
    """Move accounts and all else that is private from private.db to PostgreSQL.

    Stop the wiki first. Without DATABASE_URL it is asked for, so that its password is seen by
    nobody. private.db is kept under another name.
    """
    from wiki.parts.relocation import to_server
    from wiki.people.relocation.suitability import place_words

    settings = _settings(ctx)
    address = url or _ask_address()
    _move(settings, lambda advance: to_server(settings, address, advance, replace=replace), address)
    click.echo(
        f"The rows are in {place_words(address)}. Before the wiki is served again, say so in"
    )
    click.echo("its environment (/etc/carrefour.env), or in wiki.toml:")
    click.echo("    WIKI_DATABASE_URL=…   the address, as it was given here")


@main.command("move-to-sqlite")
@instance_option
@_replace
@click.pass_context
def move_to_sqlite(ctx: click.Context, replace: bool) -> None:
    """Move accounts and all else that is private from PostgreSQL to private.db.

    Stop the wiki first, at all nodes. The rows on PostgreSQL are kept in a schema beside.
    """
    from wiki.parts.relocation import to_file

    settings = _settings(ctx)
    path = settings.instance / "private.db"
    _move(
        settings, lambda advance: to_file(settings, advance, replace=replace), f"sqlite:///{path}"
    )
    click.echo(f"The rows are in {path}. Before the wiki is served again, take out of its")
    click.echo("environment (/etc/carrefour.env) and wiki.toml: WIKI_DATABASE_URL, database_url;")
    click.echo('where they are there, also index = "database" and shared_repository.')


def _settings(ctx: click.Context) -> Settings:
    from wiki.parts.identity import exists

    settings = command_settings(ctx)
    if not exists(settings):
        raise NotFound(f"there is no instance in {settings.instance}: run `wiki init` first")
    return settings


def _ask_address() -> str:
    if sys.stdin.isatty():
        asked: str = click.prompt("Address of the database", hide_input=True, err=True)
        return asked.strip()
    return sys.stdin.readline().strip()


def _move(settings: Settings, move: "Callable[[Advance], Relocated]", url: str) -> None:
    """Moves, and says of each table what is where it was moved to."""
    from wiki.jobs.heartbeat import no_server
    from wiki.people.audit import record_audit
    from wiki.people.store.database import Database
    from wiki.plugins import load_plugins

    load_plugins()  # their tables come along
    with no_server(settings):
        bring_up(settings)
        with progress("rows") as advance:
            moved = move(advance)
        with closing(Database(url)) as private:
            record_audit(private, operator(), "moved-rows", "", private.engine.dialect.name)
    for name, told in sorted(moved.tables.items()):
        if told.rows:
            click.echo(f"{name}\t{told.rows}\t{told.digest}")
    rows = sum(told.rows for told in moved.tables.values())
    click.echo(
        f"Moved {count(rows, 'row')} of {count(len(moved.tables), 'table')}; counts and digests are"
        " the same here and there."
    )
    if moved.replaced:
        click.echo(f"Rows that were there before are kept in {moved.replaced}.")
    click.echo(f"The old rows are kept as {moved.kept}: delete them once you need them no more.")
