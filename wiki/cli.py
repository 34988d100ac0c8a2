"""The command ``wiki``: each subcommand is a thin reading of its arguments; plugins add theirs.

Modules are imported where they are used: `wiki serve` must not wait for what it does not need.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wiki import __version__
from wiki.config import Settings, load_settings
from wiki.console import (
    catch_up,
    changed,
    contents,
    fault_line,
    give_up_output,
    progress,
    quiet_logs,
    size,
)
from wiki.errors import AlreadyExists, BadPath, BadRequest, NotFound

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.rendering.context import RenderContext

ROLES = ("reader", "member", "connector", "correspondent", "programme", "admin")


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


def settings_of(ctx: click.Context, **options: Any) -> Settings:
    """The settings in force for a subcommand."""
    return load_settings(ctx.ensure_object(dict).get("instance"), **options)


@contextmanager
def opened(ctx: click.Context, settings: Settings | None = None) -> "Iterator[Instance]":
    """The instance that a subcommand works on; raises NotFound where there is none."""
    from wiki.founding import exists
    from wiki.instance import close_instance, open_instance

    settings = settings or settings_of(ctx)
    quiet_logs()
    if not exists(settings):
        raise NotFound(f"there is no instance in {settings.instance}: run `wiki init` first")
    instance = open_instance(settings)
    try:
        yield instance
    finally:
        close_instance(instance)


def person_as(instance: "Instance", email: str | None) -> "Person | None":
    """The account of ``--as EMAIL``; raises NotFound where there is none."""
    from wiki.people.accounts import find_person

    if email is None:
        return None
    if (person := find_person(instance.private, email)) is None:
        raise NotFound(f"no account has the address {email}")
    return person


@main.command()
@instance_option
@click.option("--host", help="Where to listen (127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port (8080).")
@click.option("--workers", type=click.IntRange(1, 1024), help="How many processes (one a core).")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the wiki; makes the instance from the starter content where there is none."""
    from wiki.founding import exists
    from wiki.serving import refuse_busy
    from wiki.serving import serve as run

    settings = settings_of(ctx, host=host, port=port, workers=workers)
    refuse_busy(settings)
    if not exists(settings):
        _make(ctx, settings)
    run(settings)


@main.command()
@instance_option
@click.option("--from", "source", metavar="GIT-URL-OR-DIR", help="A repository of Markdown.")
@click.option("--empty", is_flag=True, help="With no pages at all.")
@click.pass_context
def init(ctx: click.Context, source: str | None, empty: bool) -> None:
    """Make a new instance: from the starter content, from a git repository, or empty."""
    if source and empty:
        raise click.UsageError("--from and --empty exclude each other")
    _make(ctx, settings_of(ctx), source, empty=empty)


def _make(
    ctx: click.Context, settings: Settings, source: str | None = None, *, empty: bool = False
) -> None:
    """A new instance, its derived stores made and its items given identities."""
    from wiki.editing.identities import stamp_identities
    from wiki.founding import found

    found(settings, source, empty=empty)
    with opened(ctx, settings) as instance:
        catch_up(instance, list(instance.projections))
        stamp_identities(instance)
        held = contents(instance)
    click.echo(f"Made a new instance in {settings.instance}: {held}.")


@main.command("import")
@instance_option
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def import_(ctx: click.Context, source: str, paths: tuple[Path, ...]) -> None:
    """Import PATHS with the importer SOURCE of a plugin; safe to repeat."""
    from wiki.editing.identities import stamp_identities
    from wiki.founding import exists

    settings = settings_of(ctx)
    if not exists(settings):
        _make(ctx, settings)
    with opened(ctx) as instance:
        since = instance.repository.head()
        importers = {
            name: run for group in instance.plugins.hook.importers() for name, run in group.items()
        }
        if source not in importers:
            known = ", ".join(sorted(importers)) or "none"
            raise BadRequest(f"no importer is called {source} (there are: {known})")
        importers[source](instance, paths, progress)
        catch_up(instance, list(instance.projections))
        stamp_identities(instance)
        click.echo(f"Imported {changed(instance, since)}.")


@main.command()
@instance_option
@click.option("--page", metavar="PATH", default="index", help="The page it is the text of.")
@click.option("--batch", is_flag=True, help='JSON lines {"id", "text"} in, {"id", "html"} out.')
@click.pass_context
def render(ctx: click.Context, page: str, batch: bool) -> None:
    """Markdown on stdin to the safe HTML that a page would hold, on stdout."""
    from wiki.pages.paths import normalise
    from wiki.rendering.alone import render_text

    try:
        path = normalise(page)
    except BadPath as error:
        raise click.BadParameter(error.words, param_hint="--page") from error

    def html_of(text: str) -> str:
        # Half a second is saved where no plugin would be asked.
        context = _without_instance() if ":::" in text or "{{" in text else None
        return render_text(text, path, context)

    if not batch:
        click.echo(html_of(sys.stdin.buffer.read().decode("utf-8", "replace")), nl=False)
    elif not _render_lines(sys.stdin.buffer, html_of):
        ctx.exit(1)


def _render_lines(lines: Iterable[bytes], html_of: Callable[[str], str]) -> bool:
    """Answers each line as it comes; whether all of them could be."""
    whole = True
    for line in lines:
        if not line.strip():
            continue
        answer: dict[str, Any] = {"id": None}
        try:
            asked = json.loads(line)
            answer["id"] = asked["id"]
            if not isinstance(text := asked["text"], str):
                raise TypeError(f"the text is no string: {text!r:.100}")
            # JSON can say halves of characters that are none.
            answer["html"] = html_of(text.encode("utf-8", "replace").decode("utf-8"))
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            whole = False
            answer["error"] = f"not a line of JSON with id and text: {error}"
        # What cannot be written as UTF-8 is escaped in the way in which JSON does.
        written = json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")
        click.echo(written)
    return whole


@cache
def _without_instance() -> "RenderContext":
    """What a page is shown with: every plugin's blocks, and nobody to ask of other pages."""
    from datetime import datetime

    from wiki.instance import template_folders
    from wiki.plugins import load_plugins
    from wiki.rendering.context import RenderContext
    from wiki.templating import environment

    plugins = load_plugins()
    zone = Settings().zone
    return RenderContext(
        views={name: view for group in plugins.hook.block_views() for name, view in group.items()},
        today=datetime.now(zone).date(),
        templates=environment(template_folders(plugins), zone),
    )


@main.command()
@instance_option
@click.argument("query", required=False)
@click.option("--as", "email", metavar="EMAIL", help="As this person; else as a visitor.")
@click.option("--type", "kind", help="Pages of this type only.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of path, title, score, snippet.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option(
    "--batch",
    type=click.File(encoding="utf-8", errors="replace"),
    help="A file of id<TAB>query lines.",
)
@click.pass_context
def search(
    ctx: click.Context,
    query: str | None,
    email: str | None,
    kind: str | None,
    as_json: bool,
    limit: int,
    batch: Any,
) -> None:
    """Search the wiki; a query without words finds nothing."""
    from wiki.projections.analysis import plain_words
    from wiki.reading import Reader

    if (query is None) == (batch is None):
        raise click.UsageError("give a QUERY, or --batch FILE")
    queries = list(_queries(batch)) if batch is not None else []
    with opened(ctx) as instance:
        reader = Reader(instance, person_as(instance, email))
        if batch is not None:
            for identity, words in queries:
                if not plain_words(words):
                    continue
                for path, score in reader.ranking(words, kind=kind or "", limit=limit):
                    click.echo(f"{identity}\t{path}\t{score:.6f}")
            return
        filters = {"type": (kind,)} if kind else {}
        words = query or ""
        hits = reader.search(words, filters, limit).hits if plain_words(words) else ()
        rows = [
            {"path": hit.path, "title": hit.title, "score": hit.score, "snippet": hit.snippet_html}
            for hit in hits
        ]
        if as_json:
            click.echo(json.dumps(rows, ensure_ascii=False))
        else:
            for row in rows:
                click.echo(f"{row['path']}\t{row['title']}")


def _queries(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Id and words of each line that is not blank. Raises BadRequest, which names the line."""
    for number, line in enumerate(lines, 1):
        identity, tab, words = line.rstrip("\r\n").partition("\t")
        if tab:
            yield identity, words
        elif identity.strip():
            raise BadRequest(f"line {number} is no id<TAB>query: {identity[:80]!r} has no tab")


@main.command()
@instance_option
@click.option("--only", metavar="NAME", help="This one alone.")
@click.pass_context
def reindex(ctx: click.Context, only: str | None) -> None:
    """Rebuild what is worked out from git."""
    with opened(ctx) as instance:
        names = list(instance.projections)
        if only is not None:
            if only not in names:
                raise BadRequest(f"nothing is called {only} (there are: {', '.join(names)})")
            names = [only]
        # What one part asks of the others must be there.
        catch_up(instance, [name for name in instance.projections if name not in names])
        for name in names:
            with progress(name) as advance:
                instance.projections.rebuild(name, advance)
        click.echo(f"Rebuilt {', '.join(names)}: {contents(instance)}.")


@main.command()
@instance_option
@click.pass_context
def check(ctx: click.Context) -> None:
    """Verify repository, derived stores and private database: a line per fault."""
    from wiki.checking import faults

    with opened(ctx) as instance:
        found = list(faults(instance))
    for fault in found:
        click.echo(fault)
    if found:
        ctx.exit(1)


@main.command()
@instance_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Write everything that cannot be rebuilt to FILE (a tar archive)."""
    from wiki.backups import write_backup

    with opened(ctx) as instance:
        written = write_backup(instance, file)
        click.echo(f"Wrote {file}: {contents(instance)}, {size(written)}.")


@main.command()
@instance_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Make an instance of a backup FILE; the instance's folder must be empty or absent."""
    from wiki.backups import read_backup

    settings = settings_of(ctx)
    read_backup(settings, file)
    with opened(ctx) as instance:
        catch_up(instance, list(instance.projections))
        click.echo(f"Restored into {settings.instance}: {contents(instance)}.")


@main.group()
@instance_option
def user() -> None:
    """Accounts."""


@user.command("add")
@instance_option
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")
@click.pass_context
def user_add(ctx: click.Context, email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add an account; without a password, its owner logs in by a mailed link."""
    from wiki.people.accounts import add_person

    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    with opened(ctx) as instance:
        add_person(instance.private, email=email, name=name, role=role, password=password)


@user.command("list")
@instance_option
@click.pass_context
def user_list(ctx: click.Context) -> None:
    """List accounts: address, name, role."""
    from wiki.people.accounts import list_people

    with opened(ctx) as instance:
        after = ""
        while people := list_people(instance.private, after=after, limit=500):
            for person in people:
                state = "\tdisabled" if person.disabled else ""
                click.echo(f"{person.email}\t{person.name}\t{person.role}{state}")
            after = people[-1].email


@user.command("set-role")
@instance_option
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@click.pass_context
def user_set_role(ctx: click.Context, email: str, role: str) -> None:
    """Give an account another role."""
    from wiki.people.accounts import set_role

    with opened(ctx) as instance:
        person = person_as(instance, email)
        if person is not None:
            set_role(instance.private, person.id, role, by="wiki user set-role")


__all__ = ["AlreadyExists", "instance_option", "main", "opened", "person_as", "settings_of"]
