"""`wiki check`: what is wrong with an instance, and its mending."""

import click

from wiki.cli.audit import record_command
from wiki.cli.frame import command_instance, command_settings, instance_option, main
from wiki.errors import NotFound, StorageFailed, WikiError

#: pages that are named one by one
_NAMED = 50


@main.command()
@instance_option
@click.option("--mend", is_flag=True, help="Mend what can be mended without losing anything.")
@click.option(
    "--from",
    "place",
    metavar="PLACE",
    help="With --mend: a backup, a clone or a mirror, from which lost parts are taken.",
)
@click.option(
    "--accept",
    type=click.Choice(("content", "rows", "secret")),
    multiple=True,
    help="With --mend: take this part as it is, or begin without it where it is gone.",
)
@click.pass_context
def check(ctx: click.Context, mend: bool, place: str | None, accept: tuple[str, ...]) -> None:
    """Verify repository, derived stores and private database: a line per fault."""
    from wiki.cli import repairs
    from wiki.cli.engines import engines, rows_there
    from wiki.config.memory import ENOUGH, LEAST, get_limit
    from wiki.diagnostics import faults
    from wiki.parts.identity import PartLost, exists
    from wiki.sandbox.runner import is_without_network

    if (place or accept) and not mend:
        raise click.UsageError("--from and --accept go with --mend")
    settings = command_settings(ctx)
    if not exists(settings):
        raise NotFound(f"there is no instance in {settings.instance}: run `wiki init` first")
    mended: list[str] = []
    if place and repairs.restore_settings_file(settings, place):
        mended.append(f"wiki.toml: taken from {place}")
        click.echo(mended[-1])
        settings = command_settings(ctx)
    if mend:
        for done in repairs.mend(settings, place, accept):
            click.echo(done)
            mended.append(done)
        try:
            for done in repairs.rebuild(settings):
                click.echo(done)
                mended.append(done)
        except WikiError:
            pass  # what could not be mended is told below
    found = 0
    lenient: list[str] = []
    try:
        with command_instance(ctx, settings) as instance:
            if mended:
                record_command(instance, "mended", "; ".join(mended))
            for line in engines(instance):
                click.echo(f"wiki: {line}", err=True)
            for fault in faults(instance, lenient.append):
                click.echo(fault)
                found += 1
    except PartLost as error:
        for part in error.faults:
            click.echo(part)
        found += len(error.faults)
    except StorageFailed as error:
        click.echo(error.words)
        for line in rows_there(settings):
            click.echo(line)
        found += 1
    if found:
        lenient.clear()
    for file in lenient[:_NAMED]:
        click.echo(f"wiki: front matter read line by line, as it is no YAML: {file!r}", err=True)
    if len(lenient) > _NAMED:
        click.echo(f"wiki: and {len(lenient) - _NAMED} more", err=True)
    if not is_without_network():
        # No fault of the instance: it is told beside them.
        click.echo(
            "wiki: the kernel gives programs that read documents (pandoc) no network of their own: "
            "allow user namespaces, or keep the service from the network by other means",
            err=True,
        )
    if (get_limit() or LEAST) < LEAST * 9 // 10:  # a machine of 512 MB tells somewhat less
        click.echo(
            f"wiki: {(get_limit() or 0) >> 20} MB of memory are given: pages are read and written, "
            f"documents and large pictures want {LEAST >> 20}, meaning {ENOUGH >> 20}",
            err=True,
        )
    if found:
        ctx.exit(1)
