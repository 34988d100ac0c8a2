"""What is asked about each table of a file: what its lines are, and what each column is."""

from collections.abc import Sequence

from wiki.api.imports import Choice
from wiki.api.translation import gettext

from .fields import CHAPTER, FIELDS, KINDS, NOTHING, fields_of
from .guesses import Evidence, evidence_of, guess_fields, guess_kind, is_private
from .tables import Table
from .values import one_line

_EXAMPLES, _EXAMPLE = 2, 60


def kind_name(at: int) -> str:
    """What the question is called that asks what the lines of a table are."""
    return f"kind-{at}"


def column_name(at: int, column: int) -> str:
    """What the question is called that asks what a column is."""
    return f"column-{at}-{column}"


def ask(tables: Sequence[Table], name: str) -> list[Choice]:
    """The questions about the tables of the file called ``name``, with the best guess of each."""
    return [
        _kind_choice(at, table, guess_kind(table, name), several=len(tables) > 1)
        for at, table in enumerate(tables)
    ]


def _kind_choice(at: int, table: Table, kind: str, *, several: bool) -> Choice:
    """What the lines are, then what each column is: its fields are those of that kind."""
    evidence = [evidence_of(table.values(column)) for column in range(len(table.columns))]
    options = [(name, str(one.label)) for name, one in KINDS.items()]
    label = gettext("Each line is")
    if several:
        label = gettext("Each line of the sheet “{sheet}” is").format(sheet=table.name)
        options.append((NOTHING, gettext("nothing to bring along")))
    then = {one: _column_choices(at, table, one, evidence) for one in KINDS}
    return Choice(kind_name(at), label, options, kind, then=then)


def _column_choices(at: int, table: Table, kind: str, evidence: Sequence[Evidence]) -> list[Choice]:
    guesses = guess_fields(table, kind, evidence)
    options = [
        *((field.name, _label(field.name)) for field in fields_of(kind)),
        (CHAPTER, gettext("At the end of the text")),
        (NOTHING, gettext("Do not bring along")),
    ]
    return [
        Choice(
            column_name(at, column),
            table.columns[column],
            options,
            guess,
            hint=_warning(is_private(table.columns[column], evidence[column], kind), guess),
            examples=_examples(table.values(column)),
        )
        for column, guess in enumerate(guesses)
    ]


def _label(name: str) -> str:
    field = FIELDS[name]
    if field.private:
        return gettext("{field} (published: everyone would read it)").format(field=field.label)
    return str(field.label)


def _warning(private: bool, guess: str) -> str:
    if private and guess == NOTHING:
        return gettext(
            "This is personal: it stays out of the pages, unless you choose otherwise here."
        )
    return ""


def _examples(values: Sequence[str]) -> tuple[str, ...]:
    found = dict.fromkeys(map(one_line, values[:50]))
    short = (one if len(one) <= _EXAMPLE else f"{one[: _EXAMPLE - 1]}…" for one in found)
    return tuple(short)[:_EXAMPLES]
