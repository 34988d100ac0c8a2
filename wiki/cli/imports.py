"""``wiki import``: what another program kept, shown as it would be, then taken in."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wiki.cli.audit import record_command
from wiki.cli.console import catch_up, changed, count, progress
from wiki.cli.frame import command_instance, command_settings, instance_option, main
from wiki.cli.instances import make_instance
from wiki.errors import BadRequest

if TYPE_CHECKING:
    from wiki.imports.inventory import Loss, Staged
    from wiki.instance import Instance

#: pages, kinds of loss and places of each that are named
_NAMED, _KINDS, _PLACES = 10, 20, 3


@main.command("import")
@instance_option
@click.argument("source_or_path", metavar="[SOURCE]")
@click.argument("others", metavar="PATH …", nargs=-1)
@click.option("--into", default="", metavar="SPACE", help="The page below which all of it goes.")
@click.option("--answer", "answers", multiple=True, metavar="NAME=VALUE", help="To what it asks.")
@click.option("--yes", is_flag=True, help="Go on without asking.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Losses, as a CSV file."
)
@click.pass_context
def import_(
    ctx: click.Context,
    source_or_path: str,
    others: tuple[str, ...],
    into: str,
    answers: tuple[str, ...],
    yes: bool,
    report: Path | None,
) -> None:
    """Import each PATH, a file or a folder of another program; safe to repeat.

    Without SOURCE the program is recognised. After SOURCE, PATH may be the https address of a site
    of that program, which is asked for its pages. What would come is told first, and what could
    not be carried; in a terminal it asks before it goes on.
    """
    from wiki.hookspecs.background import importer
    from wiki.imports.stage import into_space
    from wiki.parts.identity import exists
    from wiki.plugins import load_plugins

    into = into_space(into)
    known = load_plugins().keys(importer)
    paths, name = list(others), source_or_path
    if name not in known and (Path(name).exists() or not paths):
        paths, name = [name, *paths], ""
    if name and name not in known:
        raise BadRequest(f"no importer is called {name} (there are: {', '.join(known) or 'none'})")
    if not paths:
        raise click.UsageError("a path is missing")
    for path in paths:
        if not Path(path).exists() and not (name and _is_address(path)):
            raise BadRequest(f"there is no {path}")
    settings = command_settings(ctx)
    if not exists(settings):
        make_instance(ctx, settings)
    with command_instance(ctx) as instance:
        since = instance.repository.head()
        lost: list[Loss] = []
        done = [_import(instance, name, path, into, _parsed(answers), yes, lost) for path in paths]
        if report is not None:
            from wiki.files.csv import as_csv

            rows = [(one.what, one.where, one.detail) for one in lost]
            report.write_text(as_csv([("what", "where", "text"), *rows]), "utf-8", newline="")
        if any(done):
            catch_up(instance, list(instance.projections))
            click.echo(f"Imported {changed(instance, since)}.")
        else:
            click.echo("Nothing was imported.")


def _import(
    instance: "Instance",
    name: str,
    place: str,
    into: str,
    answers: dict[str, str],
    yes: bool,
    lost: "list[Loss]",
) -> bool:
    from wiki.imports.download import fetch, forget
    from wiki.imports.pipeline import import_path
    from wiki.translation import use_language

    def approve(staged: "Staged") -> bool:
        lost.extend(staged.losses())
        return _approved(staged, yes=yes)

    with use_language("en"):  # as all that a command says when it goes well
        path = Path(place)
        name = name or _recognised(path)
        if is_site := _is_address(place):
            with progress("fetching") as advance:
                path = fetch(instance, name, place, advance)
        outcome = import_path(
            *(instance, name, path),
            into=into,
            answers=answers,
            approve=approve,
            steps=progress,
        )
    if outcome is None:
        return False
    if is_site:
        forget(instance, name, place)
    _tell_losses(outcome.losses)
    lost += outcome.losses
    record_command(instance, "imported", name)
    return True


def _is_address(place: str) -> bool:
    return place.startswith(("https://", "http://"))


def _recognised(path: Path) -> str:
    from wiki.imports.intake import recognise

    names = recognise(path)
    if len(names) == 1:
        return names[0]
    if not names:
        raise BadRequest(f"{path} is of no program that is known here: say which before it")
    raise BadRequest(f"{path} may be of {' or '.join(names)}: say which before it")


def _parsed(answers: tuple[str, ...]) -> dict[str, str]:
    pairs = [answer.partition("=") for answer in answers]
    if any(not name or not sign for name, sign, _value in pairs):
        raise click.UsageError("--answer is NAME=VALUE")
    return {name: value for name, _sign, value in pairs}


def _approved(staged: "Staged", *, yes: bool) -> bool:
    """Shows what would come; whether to go on: so it does where nobody can be asked."""
    from wiki.pages.page import Page

    echo = partial(click.echo, err=True)
    asked = not yes and sys.stdin.isatty()
    if asked:
        found = staged.counts()
        echo(
            f"{count(found.pages, 'page')} in {count(found.revisions, 'state')}, "
            f"{count(found.files, 'file')}, {count(found.people, 'author')}."
        )
        for entry in staged.last(_NAMED):
            page = Page(entry.path, entry.file, staged.content(entry).decode())
            echo(f"    {entry.path}  {page.title}")
        if found.pages > _NAMED:
            echo(f"    … {found.pages - _NAMED:,}")
    _tell_losses(list(staged.losses()))
    return not asked or click.confirm("Import it?", default=True, err=True)


def _tell_losses(losses: "list[Loss]") -> None:
    kinds: dict[str, list[Loss]] = {}
    for loss in losses:
        kinds.setdefault(loss.what, []).append(loss)
    for what, ones in list(kinds.items())[:_KINDS]:
        click.echo(f"{what}: {len(ones):,}", err=True)
        for one in ones[:_PLACES]:
            click.echo(f"    {one.where}  {one.detail}".rstrip(), err=True)
        if len(ones) > _PLACES:
            click.echo(f"    … {len(ones) - _PLACES:,}", err=True)
