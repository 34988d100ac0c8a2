"""``wiki match``: which offers fit which needs, of two files or of the wiki itself."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from wiki.api.commands import command_instance, command_person, command_settings, instance_option
from wiki.api.errors import BadRequest, NotFound
from wiki.api.meaning import Vectors, encoders
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .engine import Engine
from .funding import TERMS, Funding, funding_of
from .pairs import ready, shelf_of, stores, thesaurus_of
from .reasons import reasons_for
from .texts import NEED, OFFER, Text, from_record
from .thesaurus import Thesaurus, read_thesaurus

_LIMIT = 10
#: whoever asks is waiting: all cores read
_HANDS = os.cpu_count() or 1
_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@instance_option
@click.option("--needs", type=_READABLE, help="JSON lines: id, title, body, keywords, territory.")
@click.option("--offers", type=_READABLE, help="The same, with availability.")
@click.option("--thesaurus", "words", type=_READABLE, help="A page such as thesaurus.md.")
@click.option("--limit", type=click.IntRange(1, 1000), default=_LIMIT, help="Offers for each need.")
@click.option("--reasons", is_flag=True, help="Why, in a fourth column.")
@click.option("--as", "email", metavar="EMAIL", help="As this person; else as a visitor.")
@click.pass_context
def match(
    ctx: click.Context,
    needs: Path | None,
    offers: Path | None,
    words: Path | None,
    limit: int,
    reasons: bool,
    email: str | None,
) -> None:
    """Print which offers fit which needs: need, offer, score. Pairs below the line are left out."""
    if (needs is None) != (offers is None):
        raise click.UsageError("give both --needs and --offers, or neither")
    thesaurus = read_thesaurus(words.read_text("utf-8")) if words else None
    if needs is not None and offers is not None:
        asked, given = list(_texts(needs, NEED)), list(_texts(offers, OFFER))
        thesaurus = thesaurus or _own_thesaurus(ctx)
        kinds = encoders(command_settings(ctx).encoder)
        found = [Vectors(encoder, None, _HANDS) for encoder in kinds]
        _print(asked, given, thesaurus, found, Funding(TERMS, thesaurus), limit, reasons)
        return
    with command_instance(ctx) as instance:
        reader = Reader(instance, command_person(instance, email))
        thesaurus = thesaurus or thesaurus_of(reader)
        kept = [one.text for one in shelf_of(instance).texts(reader.audience)]
        asked = [text for text in kept if text.kind == NEED]
        given = [text for text in kept if text.kind == OFFER]
        funding = funding_of(reader, thesaurus)
        meaning = stores(instance)
        for store in meaning:
            store.hands = _HANDS
        _print(asked, given, thesaurus, meaning, funding, limit, reasons)


def _print(
    needs: list[Text],
    offers: list[Text],
    thesaurus: Thesaurus,
    meaning: Iterable[Vectors],
    funding: Funding,
    limit: int,
    reasons: bool,
) -> None:
    texts = {text.digest: text.said for text in (*needs, *offers)}
    engine = Engine(needs, offers, thesaurus, ready(list(meaning), texts))
    by_id = {offer.id: offer for offer in offers}
    for need, found in engine.fits(limit):
        if funding.answers(need):
            continue
        for offer, score in found:
            line = f"{need.id}\t{offer}\t{score:.6f}"
            if reasons:
                why = reasons_for(need, by_id[offer], thesaurus).words()
                line += "\t" + "; ".join(why).replace("\t", " ")
            click.echo(line)


def _own_thesaurus(ctx: click.Context) -> Thesaurus:
    """The public thesaurus of the instance, if there is an instance."""
    try:
        with command_instance(ctx) as instance:
            return thesaurus_of(Reader(instance))
    except NotFound:
        return Thesaurus()


def _texts(path: Path, kind: str) -> Iterator[Text]:
    """The texts of a file; raises BadRequest for a line that is none."""
    seen = set()
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record: Any = json.loads(line)
                text = from_record(record, kind)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                words = gettext("Line {number} of {file} is no record with an id.")
                raise BadRequest(words.format(number=number, file=path.name)) from error
            if text.id not in seen:
                seen.add(text.id)
                yield text
