"""Commands about whole instances: serve one, make it; serve all in a folder, add one, list them."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from wiki.cli.arrival import approved
from wiki.cli.audit import record_command, record_setting_changes
from wiki.cli.console import catch_up, contents
from wiki.cli.frame import bring_up, command_instance, command_settings, instance_option, main
from wiki.config import Settings
from wiki.config.sources import TOML, load_hosted
from wiki.errors import AlreadyExists, BadRequest, BadSetting


@main.command()
@instance_option
@click.option("--host", help="Where to listen (127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port (8080).")
@click.option("--workers", type=click.IntRange(1, 1024), help="How many processes (one a core).")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the wiki; makes the instance from the starter content where there is none.

    On a machine with little memory: profile = "small" in wiki.toml, or WIKI_PROFILE=small.
    """
    from wiki.backups.takeover import put_in_place
    from wiki.parts.identity import exists
    from wiki.parts.node import drop_damaged, joins
    from wiki.processes.starts import start_again
    from wiki.server import refuse_busy, refuse_unbuilt
    from wiki.server import serve as run

    settings = command_settings(ctx, host=host, port=port, workers=workers)
    refuse_unbuilt()
    refuse_busy(settings)
    if incoming := put_in_place(settings):
        settings = command_settings(ctx, host=host, port=port, workers=workers)
    drop_damaged(settings)
    if not exists(settings) or joins(settings):
        make_instance(ctx, settings)
    bring_up(settings)
    if incoming:
        with command_instance(ctx, settings) as instance:
            record_command(instance, "founded" if incoming.begins else "restored", incoming.name)
        click.echo(f"Put {incoming.name} in place; what was here: {incoming.aside}.")
        for one in incoming.left:
            click.echo(f"Not in force, as it is of another machine: {one}")
        if incoming.left:
            click.echo("`wiki take-settings` asks about each setting.")
    record_setting_changes(settings)
    if run(settings, _tell_setup, keep_link=incoming is not None and incoming.begins):
        start_again()


@main.command("take-settings")
@instance_option
@click.pass_context
def take_settings(ctx: click.Context) -> None:
    """Show what a restored backup says of its machine, and take into wiki.toml what you say yes to.

    It lies in wiki.toml.from-backup; nothing of it is in force before.
    """
    import tomlkit

    from wiki.backups.takeover import of_machine, shown_setting
    from wiki.disk.durable import write_file

    folder = command_settings(ctx).instance
    own = folder / TOML
    before = own.read_text("utf-8") if own.exists() else ""
    file = tomlkit.parse(before)
    found = of_machine(folder, f"{TOML}.from-backup")
    for name, value in found.items():
        if name not in file and click.confirm(f"{shown_setting(name, value)}: take it?", err=True):
            file[name] = value
    write_file(own, tomlkit.dumps(file).encode())
    try:
        record_setting_changes(command_settings(ctx))
    except BadSetting:
        write_file(own, before.encode())  # as it was
        raise
    click.echo("Start the wiki again: settings hold from then on.")


@main.command("setup-link")
@instance_option
@click.pass_context
def setup_link(ctx: click.Context) -> None:
    """Print a new address that sets a site up, while it has no administrator."""
    from wiki.parts.setup_link import offer_link

    with command_instance(ctx) as instance:
        url = offer_link(instance.settings, instance.private)
        if not url:
            raise BadRequest("the site has an administrator: it is set up already")
        record_command(instance, "setup-link")
        click.echo(url)


def _tell_setup(url: str) -> None:
    click.echo(
        "This site has no administrator yet. Open this address in a browser to set it up:\n"
        f"\n    {url}\n\n"
        "It works for a day, and stands in the file setup-link of the instance; "
        "`wiki setup-link` makes another."
    )


@main.command()
@instance_option
@click.option("--from", "source", metavar="GIT-URL-OR-DIR", help="A repository of Markdown.")
@click.option("--empty", is_flag=True, help="With no pages at all.")
@click.option("--yes", is_flag=True, help="With --from: go on without asking.")
@click.option("--mend", is_flag=True, help="With --from: write texts as here, in one commit.")
@click.pass_context
def init(ctx: click.Context, source: str | None, empty: bool, yes: bool, mend: bool) -> None:
    """Make a new instance: from the starter content, from a git repository, or empty.

    What a repository would be as a wiki is told first; in a terminal it asks before it goes on.
    """
    if source and empty:
        raise click.UsageError("--from and --empty exclude each other")
    if (yes or mend) and not source:
        raise click.UsageError("--yes and --mend go with --from")
    approve = partial(approved, yes=yes, mend=mend)
    make_instance(ctx, command_settings(ctx), source, empty=empty, approve=approve, mend_texts=mend)
    click.echo("`wiki serve` serves it, and prints the address that sets it up in a browser.")


def make_instance(
    ctx: click.Context, settings: Settings, source: str | None = None, **options: Any
) -> None:
    """A new instance, its derived stores made and its items given identities.

    One more node, where others share pages: from what they share.
    """
    from wiki.editing.identities import stamp_identities
    from wiki.parts.creation import found
    from wiki.parts.node import join, joins

    if source is None and joins(settings) and join(settings):
        click.echo(f"Joined the wiki of {settings.shared_repository} in {settings.instance}.")
        return
    found(settings, source, **options)
    with command_instance(ctx, settings) as instance:
        if instance.repository.shared is not None:
            instance.repository.shared.begin()
        catch_up(instance, list(instance.projections))
        stamp_identities(instance)
        held = contents(instance)
        record_command(instance, "founded")
    click.echo(f"Made a new instance in {settings.instance}: {held}.")


_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@main.group("instances")
def instances() -> None:
    """Many wikis in one folder, each by its own host name."""


@instances.command("serve")
@_FOLDER
@click.option("--host", help="Where to listen (127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port (8080).")
def serve_all(folder: Path, host: str | None, port: int | None) -> None:
    """Serve every wiki of FOLDER by its host name; each wakes when it is asked for.

    What is said of the host stands in FOLDER/host.toml. Wikis come and go while it serves.
    """
    from wiki.hosting.server import serve_host
    from wiki.hosting.settings import load_host
    from wiki.server import refuse_busy, refuse_unbuilt

    if not folder.is_dir():
        raise BadRequest(f"there is no folder {folder}")
    settings = load_host(folder, host=host, port=port)
    refuse_unbuilt()
    refuse_busy(settings)
    serve_host(settings, record_setting_changes)


@instances.command("new")
@_FOLDER
@click.argument("name")
@click.option("--host", required=True, help="Its host name, such as atelier.example.org.")
@click.option("--title", help="What it is called (Carrefour).")
@click.option("--empty", is_flag=True, help="With no pages at all.")
@click.pass_context
def new(
    ctx: click.Context, folder: Path, name: str, host: str, title: str | None, empty: bool
) -> None:
    """Make the wiki NAME in FOLDER; a host that serves the folder finds it within seconds.

    The address that it prints sets it up in a browser.
    """
    import tomlkit

    from wiki.disk.durable import write_file
    from wiki.hosting.folder import Sites, is_name
    from wiki.hosting.names import host_in
    from wiki.hosting.settings import load_host, site_settings
    from wiki.parts.setup_link import offer_link

    named = host_in(host)
    if not named:
        raise BadRequest(f"{host!r} is no host name, such as atelier.example.org")
    if not is_name(name):
        raise BadRequest(f"{name!r} is no name: use letters, digits, hyphens, dots")
    settings = load_host(folder)
    place = folder / name
    if place.exists():
        raise AlreadyExists(f"there is something in {place} already")
    if taken := [one.name for one in Sites(settings).look().values() if named in one.hosts]:
        raise AlreadyExists(f"{named} is the host of {taken[0]} already")
    here = named.endswith(".localhost")
    address = f"http://{named}:{settings.port}" if here else f"https://{named}"
    said = {"base_url": address, **({"site_name": title} if title else {})}
    make_instance(ctx, load_hosted(place, {**settings.wikis, **said}), empty=empty)
    # Last: from now on it is served.
    write_file(place / TOML, tomlkit.dumps(said).encode())
    with command_instance(ctx, site_settings(place, settings)) as instance:
        click.echo(offer_link(instance.settings, instance.private))


@instances.command("list")
@_FOLDER
def list_(folder: Path) -> None:
    """List the wikis of FOLDER: each with its hosts, and whether it is awake, asleep or out."""
    from wiki.hosting.folder import Sites
    from wiki.hosting.settings import load_host
    from wiki.hosting.state import read_state

    settings = load_host(folder)
    found, awake = Sites(settings).look(), read_state(settings)
    words = {None: "not served", True: "awake", False: "asleep"}
    for name in sorted(found):
        site = found[name]
        said = f"out: {site.fault}" if site.fault else words[awake.get(name)]
        click.echo(f"{name}\t{' '.join(site.hosts)}\t{said}")
