"""Commands about what the wiki holds: render, search, rebuild, verify."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from wiki.cli.audit import record_command
from wiki.cli.console import catch_up, contents, count, progress
from wiki.cli.frame import (
    command_instance,
    command_person,
    command_settings,
    instance_option,
    main,
)
from wiki.config import Settings
from wiki.errors import BadPath, BadRequest, BadSetting
from wiki.reading.lists import rank_pages, search_pages

if TYPE_CHECKING:
    from wiki.editing.attachment_places import Brought
    from wiki.files.object_store import ObjectStore
    from wiki.instance import Instance
    from wiki.rendering.context import RenderContext


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
    from wiki.jinja import environment
    from wiki.plugins import load_plugins
    from wiki.rendering.context import RenderContext

    plugins = load_plugins()
    zone = Settings().zone
    return RenderContext(
        views={name: view for group in plugins.hook.block_views() for name, view in group.items()},
        today=datetime.now(zone).date(),
        templates=environment(template_folders(plugins), lambda: zone),
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
    with command_instance(ctx) as instance:
        reader = Reader(instance, command_person(instance, email))
        if batch is not None:
            for identity, words in queries:
                if not plain_words(words):
                    continue
                for path, score in rank_pages(reader, words, kind=kind or "", limit=limit):
                    click.echo(f"{identity}\t{path}\t{score:.6f}")
            return
        filters = {"type": (kind,)} if kind else {}
        words = query or ""
        hits = search_pages(reader, words, filters, limit).hits if plain_words(words) else ()
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
    with command_instance(ctx) as instance:
        names = list(instance.projections)
        if only is not None:
            if only not in names:
                raise BadRequest(f"nothing is called {only} (there are: {', '.join(names)})")
            names = [only]
        # What one part asks of the others must be there.
        catch_up(instance, [name for name in instance.projections if name not in names])
        for name in names:
            instance.projections.reset(name)
        catch_up(instance, names)
        click.echo(f"Rebuilt {', '.join(names)}: {contents(instance)}.")


@main.group()
@instance_option
def files() -> None:
    """Large attachments: in git, or in the bucket that the settings name."""


@files.command("to-bucket")
@click.pass_context
def to_bucket(ctx: click.Context) -> None:
    """Put attachments above object_store_above into the bucket, and pointers into git.

    Run it again where it was interrupted: it does the rest. What older commits hold stays there.
    """
    from wiki.editing.attachment_places import bring_to_bucket

    with command_instance(ctx) as instance:
        with progress("files") as advance:
            done = bring_to_bucket(instance, _bucket(instance), advance)
        _tell(ctx, instance, "into the bucket", done)


@files.command("to-git")
@click.pass_context
def to_git(ctx: click.Context) -> None:
    """Put into git what its pointers name; the bucket keeps what older commits point to."""
    from wiki.editing.attachment_places import bring_to_git

    with command_instance(ctx) as instance:
        if instance.objects is None:
            raise _unnamed()
        with progress("files") as advance:
            done = bring_to_git(instance, instance.objects, advance)
        _tell(ctx, instance, "into git", done)


@files.command()
@click.option("--now", is_flag=True, help="For good at once, after history was rewritten.")
@click.pass_context
def sweep(ctx: click.Context, now: bool) -> None:
    """Lay aside what no commit names any more, and delete what was laid aside for some days.

    The wiki does so each day. With --now stop it first, at all nodes.
    """
    from wiki.jobs.heartbeat import no_server
    from wiki.jobs.object_sweep import sweep as swept

    settings = command_settings(ctx)
    with no_server(settings) if now else nullcontext(), command_instance(ctx, settings) as instance:
        done = swept(instance, _bucket(instance), at_once=now)
        click.echo(
            f"{count(done.named, 'object')} named by commits; {done.aside} laid aside,"
            f" {done.back} put back, {done.deleted} deleted"
        )
        record_command(instance, "swept-bucket", f"{done.deleted} deleted")


@files.command("take-over")
@click.option("--yes", is_flag=True, help="Go on without asking.")
@click.pass_context
def take_over(ctx: click.Context, yes: bool) -> None:
    """Make the folder of the bucket this wiki's, where it was of one that is no more.

    The other is refused there from then on, and what this one does not name is deleted in time.
    """
    with command_instance(ctx) as instance:
        store = _bucket(instance)
        where = instance.settings.object_store
        if not yes:
            click.confirm(f"Is the wiki that {where} belonged to no more?", abort=True, err=True)
        before = store.take_over()
        click.echo(f"{where} is this wiki's; it was {f'of {before[:8]}' if before else 'nobody’s'}")
        record_command(instance, "took-over-bucket", where)


def _tell(ctx: click.Context, instance: "Instance", where: str, done: "Brought") -> None:
    click.echo(f"{count(done.files, 'file')} of {done.bytes} bytes {where}")
    record_command(instance, "moved-files", f"{done.files} {where}")
    for file in done.left:
        click.echo(f"wiki: stays where it is, it is lost or too large: {file!r}", err=True)
    if done.left:
        ctx.exit(1)


def _bucket(instance: "Instance") -> "ObjectStore":
    from wiki.files.object_store import ObjectStore

    if not isinstance(instance.objects, ObjectStore):
        raise _unnamed()
    return instance.objects


def _unnamed() -> BadSetting:
    return BadSetting("no bucket is named: setting 'object_store'", "object_store")
