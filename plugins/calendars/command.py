"""``wiki calendars``: what the page of administrators does with calendars that are followed."""

import click

from wiki.api.commands import command_instance, instance_option, operator
from wiki.api.errors import NotFound
from wiki.api.plugin import Instance

from . import store
from .look import look_at
from .models import CalendarRow


@click.group()
@instance_option
def calendars() -> None:
    """Calendars of others, whose dates are shown below the site's own."""


@calendars.command("add")
@instance_option
@click.argument("address")
@click.option("--name", default="", help="What it is called here; else what it calls itself.")
@click.option("--yes", is_flag=True, help="Show its dates without asking.")
@click.pass_context
def calendar_add(ctx: click.Context, address: str, name: str, yes: bool) -> None:
    """Name a calendar: its first dates are printed, and a yes is asked for."""
    with command_instance(ctx) as instance:
        row = store.add(instance, address, operator(), None)
        look_at(instance, row.id)
        row = store.find(instance, row.id)
        if words := store.looks(instance)[row.id].said:
            store.remove(instance, row, operator())
            click.echo(f"wiki: {words}", err=True)
            ctx.exit(1)
        click.echo(f"{name or store.name_of(row)}\n{row.address}")
        for one in store.events_of(instance, row.id)[:5]:
            click.echo(f"  {one.starts}  {one.title}")
        if not yes and not click.confirm("Shall these dates be shown?"):
            store.remove(instance, row, operator())
            ctx.exit(1)
        store.show(instance, row, name, operator())


@calendars.command("list")
@instance_option
@click.pass_context
def calendar_list(ctx: click.Context) -> None:
    """List them: id, name, address, state, when it was read last, dates, what went wrong."""
    with command_instance(ctx) as instance:
        for one in store.listed(instance):
            click.echo(_line(instance, one))


@calendars.command("remove")
@instance_option
@click.argument("id")
@click.pass_context
def calendar_remove(ctx: click.Context, id: str) -> None:
    """Take one away, by its id or address; its dates are gone at once."""
    with command_instance(ctx) as instance:
        store.remove(instance, _found(instance, id), operator())


@calendars.command("poll")
@instance_option
@click.argument("id", required=False)
@click.pass_context
def calendar_poll(ctx: click.Context, id: str | None) -> None:
    """Look at one, or at all, now; status 1, and a line for each, where one cannot be read."""
    with command_instance(ctx) as instance:
        chosen = [_found(instance, id)] if id else store.listed(instance)
        for one in chosen:
            store.look_soon(instance, one)
            look_at(instance, one.id)
        looks = store.looks(instance)
        wrong = [one for one in chosen if looks[one.id].failures]
        for one in wrong:
            click.echo(f"wiki: {_line(instance, one)}", err=True)
        if wrong:
            ctx.exit(1)


def _found(instance: Instance, id: str) -> CalendarRow:
    named = next((one for one in store.listed(instance) if id in (one.id, one.address)), None)
    if named is None:
        raise NotFound(f"No calendar is called {id}: see `wiki calendars list`.")
    return named


def _line(instance: Instance, one: CalendarRow) -> str:
    look = store.looks(instance)[one.id]
    state = "blocked" if one.blocked else "shown" if one.shown else "waits for a yes"
    seen = look.seen.isoformat(timespec="minutes") if look.seen else "never read"
    dates = f"{len(store.events_of(instance, one.id))} dates"
    parts = (one.id, store.name_of(one), one.address, state, seen, dates, look.said)
    return "\t".join(part for part in parts if part)
