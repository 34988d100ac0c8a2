"""The group of all subcommands: plugins' too, how faults are told, whose instance it is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wiki import __version__
from wiki.cli.console import fault_line, give_up_output, quiet_logs
from wiki.config import Settings, load_settings
from wiki.errors import NotFound, RowsUnreachable

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person


class WikiGroup(click.Group):
    """The subcommands, those of plugins among them; what a request gets wrong is one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._of_plugins()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._of_plugins().get(cmd_name)

    def _of_plugins(self) -> dict[str, click.Command]:
        from wiki.plugins import load_plugins

        found = [command for group in load_plugins().hook.commands() for command in group]
        return {command.name: command for command in found if command.name}

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if (line := fault_line(error)) is None:
                raise
            give_up_output()
            click.echo(f"wiki: {line}", err=True)
            ctx.exit(1)


def _remember_instance(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(dict)["instance"] = value


#: taken before or after the subcommand
instance_option = click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    expose_value=False,
    callback=_remember_instance,
    help="The instance's folder (WIKI_INSTANCE; ./instance).",
)


@click.group(cls=WikiGroup)
@click.version_option(__version__, prog_name="wiki")
@instance_option
def main() -> None:
    """Carrefour: a git-backed wiki where projects meet the people they need."""
    # Restricted pages are in what is written: it is for the service's own account alone.
    os.umask(0o077)


def command_settings(ctx: click.Context, **options: Any) -> Settings:
    """The settings in force for a subcommand."""
    return load_settings(ctx.ensure_object(dict).get("instance"), **options)


@contextmanager
def command_instance(ctx: click.Context, settings: Settings | None = None) -> "Iterator[Instance]":
    """The instance that a subcommand works on; raises NotFound where there is none."""
    from wiki.instance import close_instance, open_instance
    from wiki.parts.identity import exists

    settings = settings or command_settings(ctx)
    quiet_logs()
    if not exists(settings):
        raise NotFound(f"there is no instance in {settings.instance}: run `wiki init` first")
    bring_up(settings)
    instance = open_instance(settings)
    try:
        yield instance
    finally:
        close_instance(instance)


def bring_up(settings: Settings) -> None:
    """Makes a backup and alters private tables where this version is newer than they are."""
    from wiki.backups.upgrade import upgrade

    with suppress(RowsUnreachable):
        upgrade(settings, lambda line: click.echo(f"wiki: {line}", err=True))


def command_person(instance: "Instance", email: str | None) -> "Person | None":
    """The account of ``--as EMAIL``; raises NotFound where there is none."""
    from wiki.people.accounts import find_person

    if email is None:
        return None
    if (person := find_person(instance.private, email)) is None:
        raise NotFound(f"no account has the address {email}")
    return person
