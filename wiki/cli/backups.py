"""Commands about copies of a whole instance: make them, look at them, try them, go back to one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wiki.cli.audit import record_command
from wiki.cli.console import catch_up, contents, size
from wiki.cli.frame import command_instance, command_settings, instance_option, main
from wiki.errors import BadRequest, NotFound, StorageFailed

if TYPE_CHECKING:
    from wiki.instance import Instance


@main.command()
@instance_option
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def backup(ctx: click.Context, file: Path | None) -> None:
    """Write everything that cannot be rebuilt to FILE (a tar archive).

    Without FILE, to each place that the settings name, as is done by itself each day.
    """
    from wiki.backups import maker
    from wiki.backups.archive import write_backup
    from wiki.backups.targets.selection import targets_of

    with command_instance(ctx) as instance:
        if file is not None:
            written = write_backup(instance, file)
            record_command(instance, "backup", file.name)
            click.echo(f"Wrote {file}: {contents(instance)}, {size(written)}.")
            return
        targets = targets_of(instance.settings)
        if not targets:
            raise BadRequest("no place for backups is set: name a FILE, or set backup_folder")
        if failures := maker.make(instance, targets):
            raise StorageFailed("; ".join(failures))
        record_command(instance, "backup")
        for target in targets:
            click.echo(f"Wrote a backup to {target.label}.")


@main.command()
@instance_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Make an instance of a backup FILE; the instance's folder must be empty or absent.

    One that is encrypted wants the key: WIKI_BACKUP_KEY names its file.
    """
    from wiki.backups.encryption import opened
    from wiki.backups.restore import read_backup
    from wiki.backups.takeover import of_machine, shown_setting
    from wiki.people.mirrors import listed

    settings = command_settings(ctx)
    with opened(file, settings) as plain:
        read_backup(settings, plain)
    with command_instance(ctx) as instance:
        catch_up(instance, list(instance.projections))
        record_command(instance, "restored", file.name)
        click.echo(f"Restored into {settings.instance}: {contents(instance)}.")
        for name, value in of_machine(settings.instance).items():
            click.echo(f"In force, from its wiki.toml: {shown_setting(name, value)}")
        for one in listed(instance.private):
            click.echo(f"In force, from its rows: mirror {one.name} = {one.url}")
        _tell_bucket(instance)


def _tell_bucket(instance: "Instance") -> None:
    """What is to be done where another copy of the wiki looks after the large files."""
    from wiki.files.bucket_owner import AnothersBucket
    from wiki.files.object_store import ObjectStore

    try:
        if isinstance(instance.objects, ObjectStore):
            instance.objects.check_owner()
    except AnothersBucket as error:
        click.echo(error.fault)
    except StorageFailed as error:
        click.echo(error.words)


@main.command()
@instance_option
@click.option("--check", is_flag=True, help="Only say what would be done.")
@click.pass_context
def upgrade(ctx: click.Context, check: bool) -> None:
    """Bring an instance to this version: a backup, the private tables, what is worked out.

    `wiki serve` does so by itself; this does it beforehand, or says what it would do.
    """
    from wiki import __version__
    from wiki.backups.upgrade import plan
    from wiki.parts.identity import exists

    settings = command_settings(ctx)
    if not exists(settings):
        raise NotFound(f"there is no instance in {settings.instance}: run `wiki init` first")
    found = plan(settings)
    if found.before != __version__:
        click.echo(f"version: {found.before or 'not known'} → {__version__}")
    for change in found.changes:
        click.echo(change.words)
    if found.outdated:
        click.echo(f"worked out again: {', '.join(found.outdated)}")
    if any(change.alters for change in found.changes):
        place = found.target.label if found.target else "none, no place for backups is set"
        click.echo(f"backup first: {place}, {size(found.size)} at most, about {found.seconds} s")
        if settings.database_url:
            click.echo("tried on a copy of the rows in SQLite, not in PostgreSQL")
        if check and found.target:
            found.target.check(found.size)
    if not found.changes and not found.outdated:
        click.echo("Nothing is to be altered.")
    if check:
        return
    with command_instance(ctx, settings) as instance:
        catch_up(instance, list(instance.projections))
        click.echo(f"Up to date with version {__version__}: {contents(instance)}.")


@main.group()
@instance_option
def backups() -> None:
    """What is kept at the places that the settings name: look at it, try it, fetch it."""


@backups.command("list")
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the backups of this instance at each place, and how the last trial went."""
    from wiki.backups.names import owner_of
    from wiki.backups.targets.selection import targets_of
    from wiki.backups.targets.target import list_own
    from wiki.people.backup_runs import TRIAL, list_runs

    with command_instance(ctx) as instance:
        for target in targets_of(instance.settings):
            for one in list_own(target, owner_of(instance.private.read_identity())):
                click.echo(f"{target.label}\t{one.name}")
        for run in list_runs(instance.private, TRIAL)[:1]:
            when = f"{run.begun.astimezone(instance.settings.zone):%Y-%m-%d %H:%M}"
            click.echo(f"last tried {when}: {run.name}: {run.error or 'well'}")


@backups.command("try")
@click.pass_context
def try_(ctx: click.Context) -> None:
    """Restore the newest backup of each place beside the wiki, count what is in it, forget it."""
    from wiki.backups.targets.selection import targets_of
    from wiki.backups.trial import try_newest

    failed = False
    with command_instance(ctx) as instance:
        for target in targets_of(instance.settings):
            found = try_newest(instance, target)
            counts = found.counts
            for fault in found.faults:
                click.echo(f"{target.label}: {fault}")
            failed = failed or bool(found.faults)
            if not found.faults:
                how = "" if found.opened else ", its bytes alone: the key lies elsewhere"
                click.echo(
                    f"{target.label}: {found.name}: {counts.pages} pages, {counts.commits} commits,"
                    f" {counts.accounts} accounts, {found.seconds:.1f} s{how}"
                )
    if failed:
        ctx.exit(1)


@backups.command()
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def fetch(ctx: click.Context, name: str, file: Path) -> None:
    """Copy the backup NAME from its place to FILE; needs the settings, and no instance.

    NAME `newest` is the last one at the first place that has any.
    """
    from wiki.backups.names import parse_name
    from wiki.backups.targets.selection import targets_of

    for target in targets_of(command_settings(ctx)):
        named = [one for one in map(parse_name, target.names()) if one is not None]
        newest = max(named, key=lambda one: one.made, default=None)
        found = newest.name if newest and name == "newest" else name
        if any(one.name == found for one in named):
            target.fetch(found, file)
            file.chmod(0o600)
            click.echo(f"Fetched {found} from {target.label}.")
            return
    raise NotFound(f"no place for backups has {name}")


@backups.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key(file: Path) -> None:
    """Make a key in FILE, and say for whom backups are to be encrypted (backup_recipients)."""
    from wiki.backups.encryption import make_key
    from wiki.disk.durable import write_file

    if file.exists():
        raise BadRequest(f"{file} is there already")
    secret, recipient = make_key()
    write_file(file, f"# public key: {recipient}\n{secret}\n".encode())
    click.echo(f"The key is in {file}: keep a copy of it elsewhere. In wiki.toml:")
    click.echo(f'backup_recipients = "{recipient}"')
