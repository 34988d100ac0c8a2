"""Commands about sister Carrefours: what the page of administrators does, and this site's key."""

from typing import TYPE_CHECKING

import click

from wiki.cli.audit import operator
from wiki.cli.frame import command_instance, instance_option, main

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.sisters.registry import Sister


@main.group()
@instance_option
def sisters() -> None:
    """Other Carrefours, whose public pages are shown here, and ours there."""


@sisters.command("add")
@instance_option
@click.argument("address")
@click.option("--name", default="", help="What it is called here; else made from its title.")
@click.option("--yes", is_flag=True, help="Take its key as it is, without asking.")
@click.pass_context
def sister_add(ctx: click.Context, address: str, name: str, yes: bool) -> None:
    """Name a sister: its name and its key are shown, and a yes is asked for."""
    from wiki.sisters import changes

    with command_instance(ctx) as instance:
        found = changes.look(instance, address)
        click.echo(f"{found.said.name}\n{found.said.address}\n{found.fingerprint}")
        if found.known is not None:
            click.echo("It is a sister already, and has another key than before.")
        if not yes and not click.confirm("Is this its key, and shall it be a sister?"):
            ctx.exit(1)
        changes.agree(instance, found.said.address, found.said.kid, name, by=operator())


@sisters.command("list")
@instance_option
@click.pass_context
def sister_list(ctx: click.Context) -> None:
    """List sisters: address, state, when it last answered, pages, what went wrong."""
    from wiki.people.sisters import registry

    with command_instance(ctx) as instance:
        for one in registry.listed(instance.private):
            click.echo(_line(instance, one))


@sisters.command("remove")
@instance_option
@click.argument("name")
@click.pass_context
def sister_remove(ctx: click.Context, name: str) -> None:
    """End the exchange with a sister; its copy is gone at once."""
    from wiki.sisters import changes

    with command_instance(ctx) as instance:
        changes.remove(instance, name, by=operator())


@sisters.command("block")
@instance_option
@click.argument("name")
@click.argument("page", required=False)
@click.option("--undo", is_flag=True, help="Show it again.")
@click.pass_context
def sister_block(ctx: click.Context, name: str, page: str | None, undo: bool) -> None:
    """Show nothing of a sister any more, or not one page of it and what is below."""
    from wiki.pages.paths import normalise
    from wiki.sisters import changes

    with command_instance(ctx) as instance:
        if page is not None:
            path = normalise(page)
            changes.block_page(instance, name, path, blocked=not undo, by=operator())
        elif undo:
            changes.unblock(instance, name, by=operator())
        else:
            changes.block(instance, name, by=operator())


@sisters.command("poll")
@instance_option
@click.argument("name", required=False)
@click.pass_context
def sister_poll(ctx: click.Context, name: str | None) -> None:
    """Ask a sister, or all of them, now; status 1, and a line for each, where one has trouble."""
    from wiki.people.sisters import exchanges, registry
    from wiki.sisters.poll import poll

    with command_instance(ctx) as instance:
        private = instance.private
        known = [registry.get(private, name)] if name else registry.listed(private)
        for one in known:
            poll(instance, one.name, wait=True)
        trouble = (exchanges.FAILED, exchanges.REFUSED)
        found = [one for one in known if exchanges.get(private, one.name).state in trouble]
        for one in found:
            click.echo(f"wiki: {_line(instance, one)}", err=True)
        if found:
            ctx.exit(1)


@sisters.command("key")
@instance_option
@click.argument("action", type=click.Choice(["show", "rotate", "revoke"]), default="show")
@click.pass_context
def sister_key(ctx: click.Context, action: str) -> None:
    """Show the key of this site, change it for another that it signs, or revoke it.

    Sisters follow a key that was changed by themselves. After one was revoked, since somebody else
    may have it, an administrator of each has to say yes to the new one.
    """
    from wiki.sisters import keys

    with command_instance(ctx) as instance:
        if action == "rotate":
            keys.rotate(instance.private, by=operator())
        elif action == "revoke":
            keys.revoke(instance.private, by=operator())
        click.echo(keys.fingerprint(keys.own_key(instance.private).kid))


def _line(instance: "Instance", one: "Sister") -> str:
    from wiki.people.sisters import exchanges
    from wiki.sisters.pings import twin_words

    how = exchanges.get(instance.private, one.name)
    zone = instance.settings.zone
    seen = f"{how.seen.astimezone(zone):%Y-%m-%d %H:%M}" if how.seen else "never"
    state = "blocked" if one.blocked else how.state
    said = " ".join(filter(None, (how.said, twin_words(instance, how.twin))))
    return f"{one.name}\t{one.address}\t{state}\t{seen}\t{one.pages}\t{said}".rstrip()
