"""``wiki themes``: all themes of the wiki, by how well they fit a page or each record of a file."""

import json
from collections.abc import Iterable
from typing import Any

import click

from wiki.api.commands import command_instance, command_person, instance_option
from wiki.api.errors import BadRequest
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .model import Text
from .training import learn, text_of_page, text_of_record


@click.command()
@instance_option
@click.argument("path", required=False)
@click.option("--batch", type=click.File(encoding="utf-8"), help="JSON lines: slug, title, …")
@click.option("--as", "email", metavar="EMAIL", help="As this person; else as a visitor.")
@click.pass_context
def themes(ctx: click.Context, path: str | None, batch: Any, email: str | None) -> None:
    """Suggest themes for the page PATH, or for each record of a file: slug, theme, score."""
    if (path is None) == (batch is None):
        raise click.UsageError("give a PATH, or --batch FILE")
    with command_instance(ctx) as instance:
        reader = Reader(instance, command_person(instance, email))
        asked: Iterable[tuple[str, Text]] = (
            [(path, text_of_page(reader, path))] if path is not None else map(_record, batch)
        )
        known = learn(reader)
        for name, text in asked:
            for theme, score in known.rank(text):
                click.echo(f"{name}\t{theme}\t{score:.6f}")


def _record(line: str) -> tuple[str, Text]:
    """One line of a batch; raises BadRequest."""
    try:
        record = json.loads(line)
        words = [str(record.get(key) or "") for key in ("title", "summary", "body_markdown")]
        return str(record["slug"]), text_of_record(str(record["slug"]), *words)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise BadRequest(gettext("A line of the file is no record with a slug.")) from error
