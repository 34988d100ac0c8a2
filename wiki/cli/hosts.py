"""Commands about a host of many wikis: serve all in a folder, add one, list them."""

from pathlib import Path

import click

from wiki.cli.audit import record_setting_changes
from wiki.cli.frame import command_instance, main
from wiki.cli.instances import make_instance
from wiki.config.sources import TOML, load_hosted
from wiki.errors import AlreadyExists, BadRequest

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@main.group("instances")
def instances() -> None:
    """Many wikis in one folder, each by its own host name."""


@instances.command("serve")
@_FOLDER
@click.option("--host", help="Where to listen (127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port (8080).")
def serve(folder: Path, host: str | None, port: int | None) -> None:
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
