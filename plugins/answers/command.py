"""``wiki ask``: what the pages answer to a question, or to each of a file."""

import json
from dataclasses import asdict
from typing import Any

import click

from wiki.api.commands import command_instance, command_person, instance_option
from wiki.api.errors import BadRequest
from wiki.api.reading import Reader
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext, ngettext

from . import answers


@click.command()
@instance_option
@click.argument("question", required=False)
@click.option("--batch", type=click.File(encoding="utf-8"), help="JSON lines: id, question.")
@click.option("--as", "email", metavar="EMAIL", help="As this person; else as a visitor.")
@click.option("--limit", type=click.IntRange(1, answers.MOST), default=answers.PASSAGES)
@click.option("--json", "as_json", is_flag=True, help="The whole answer, as JSON.")
@click.pass_context
def ask(
    ctx: click.Context,
    question: str | None,
    batch: Any,
    email: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Print the passages that answer QUESTION, or what is near where the wiki does not say.

    With --batch, for each record of the file: its id, the source or path of the page, score, and
    the passage in one line; nothing where the wiki does not say.
    """
    if (question is None) == (batch is None):
        raise click.UsageError("give a QUESTION, or --batch FILE")
    with command_instance(ctx) as instance:
        reader = Reader(instance, command_person(instance, email))
        if question is not None:
            answer = answers.ask(question, reader, limit)
            click.echo(_as_json(answer) if as_json else _as_text(answer))
            _say_unread(answer.unread)
            return
        unread = 0
        for line in batch:
            name, asked = _record(line)
            answer = answers.ask(asked, reader, limit)
            unread = max(unread, answer.unread)
            if as_json:
                click.echo(_as_json(answer))
                continue
            for one in answer.passages:
                row = get_row(reader, one.path)
                page = (row.source if row else "") or one.path
                click.echo(f"{name}\t{page}\t{one.score:.6f}\t{' '.join(one.text.split())}")
        _say_unread(unread)


def _say_unread(count: int) -> None:
    """Says, beside the answer, that more may be found later."""
    if count:
        words = ngettext(
            "One passage is still being read, and may answer in a moment.",
            "{count} passages are still being read, and may answer in some minutes.",
            count,
        )
        reads = gettext("The wiki reads them while it is served.")
        click.echo(f"{words.format(count=count)} {reads}", err=True)


def _record(line: str) -> tuple[str, str]:
    """One line of a batch; raises BadRequest."""
    try:
        record = json.loads(line)
        return str(record["id"]), str(record["question"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadRequest(gettext("A line of the file is no record with a question.")) from error


def _as_json(answer: answers.Answer) -> str:
    return json.dumps(asdict(answer), ensure_ascii=False, default=str)


def _as_text(answer: answers.Answer) -> str:
    if not answer.answered:
        lines = [gettext("The wiki does not say.")]
        if answer.near:
            lines += [
                "",
                gettext("Near it:"),
                *(f"  {one.title} ({one.path})" for one in answer.near),
            ]
        return "\n".join(lines)
    if answer.total is not None:
        days = [f"{one.day} " if one.day else "" for one in answer.projects]
        listed = zip(days, answer.projects, strict=True)
        rows = (f"  {day}{one.title} ({one.path})" for day, one in listed)
        return "\n".join((str(answer.total), *rows))
    lines = []
    for one in answer.passages:
        place = f"{one.path}#{one.anchor}" if one.anchor else one.path
        who = ", ".join(filter(None, (one.date.isoformat() if one.date else "", one.author)))
        head = " › ".join(filter(None, (one.title, one.heading)))
        lines += [one.text, f"    — {head} ({place}) {who}".rstrip(), ""]
    if answer.projects:
        lines += [f"  {one.title} ({one.path})" for one in answer.projects]
    return "\n".join(lines).rstrip()
