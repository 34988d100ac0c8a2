"""Commands about mirrors: only an operator names repositories elsewhere, never a form."""

from typing import TYPE_CHECKING

import click

from wiki.cli.audit import operator
from wiki.cli.frame import command_instance, instance_option, main

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.mirrors import Mirror


@main.group()
@instance_option
def mirror() -> None:
    """Repositories elsewhere that the wiki is copied to, or takes from."""


@mirror.command("add")
@instance_option
@click.argument("name")
@click.argument("url")
@click.option("--push", "direction", flag_value="push", help="Copy the wiki there.")
@click.option("--pull", "direction", flag_value="pull", help="Take what is new there.")
@click.option("--both", "direction", flag_value="both", help="Both; what diverges is merged.")
@click.option("--public", is_flag=True, help="Only what everyone may read (with --push).")
@click.option("--unencrypted", is_flag=True, help="Allow git:// addresses.")
@click.pass_context
def mirror_add(
    ctx: click.Context, name: str, url: str, direction: str | None, public: bool, unencrypted: bool
) -> None:
    """Add a mirror; its token, if it needs one, is in WIKI_MIRROR_<NAME>_TOKEN."""
    from pathlib import Path

    from wiki.errors import BadField
    from wiki.people import mirrors
    from wiki.repository.remote.addresses import check_address, make_folder

    if direction is None:
        raise click.UsageError("say in which direction: --push, --pull or --both")
    address, protocol = check_address(url, unencrypted=unencrypted)
    with command_instance(ctx) as instance:
        if protocol == "file":
            if Path(address).resolve().is_relative_to(instance.settings.instance.resolve()):
                raise BadField("url", "a copy in the wiki's own folder would be lost with it")
            make_folder(Path(address))
        what = mirrors.PUBLIC if public else mirrors.ALL
        mirrors.add(instance.private, name, address, direction=direction, what=what, by=operator())


@mirror.command("list")
@instance_option
@click.pass_context
def mirror_list(ctx: click.Context) -> None:
    """List mirrors: address, direction, state, when it last went well, what one can do."""
    from wiki.people.mirrors import listed

    with command_instance(ctx) as instance:
        for one in listed(instance.private):
            _say(instance, one)


@mirror.command("remove")
@instance_option
@click.argument("name")
@click.pass_context
def mirror_remove(ctx: click.Context, name: str) -> None:
    """End a mirror; what stands there, and what was set aside here, stays."""
    from wiki.people import mirrors

    with command_instance(ctx) as instance:
        mirrors.remove(instance.private, name, by=operator())


@mirror.command("run")
@instance_option
@click.argument("name", required=False)
@click.pass_context
def mirror_run(ctx: click.Context, name: str | None) -> None:
    """Run a mirror, or all of them, now; status 1, and a line for each, where one has trouble."""
    from wiki.mirroring import run_now
    from wiki.people.mirrors import listed

    with command_instance(ctx) as instance:
        names = [name] if name else [one.name for one in listed(instance.private)]
        trouble = [one for one in run_now(instance, names) if one.in_trouble]
        for one in trouble:
            click.echo(f"wiki: {_line(instance, one)}", err=True)
        if trouble:
            ctx.exit(1)


def _say(instance: "Instance", one: "Mirror") -> None:
    from wiki.mirroring.words import explain

    explained = explain(instance, one)
    what = f"{one.direction}, public" if one.what == "public" else one.direction
    done = f"{one.done.astimezone(instance.settings.zone):%Y-%m-%d %H:%M}" if one.done else "never"
    click.echo(f"{one.name}\t{one.url}\t{what}\t{explained.state}\t{done}")
    for sentence in explained.sentences:
        click.echo(f"    {sentence}")
    for choice in explained.choices:
        click.echo(f"  - {choice.words}")
        for command in choice.commands:
            click.echo(f"        {command}")


def _line(instance: "Instance", one: "Mirror") -> str:
    from wiki.mirroring.words import explain

    explained = explain(instance, one)
    return " ".join((f"{one.name}: {explained.state}.", *explained.sentences))
