"""When a commit was made, as one number: seconds of UTC, and the minutes of its author's clock."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

#: bits for the minutes between UTC and any clock, and what stands for none
_BITS = 12
_UTC = 1 << _BITS - 1


def moment_of(when: datetime) -> int:
    """The number of a moment; those of later seconds are greater."""
    offset = when.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    return (int(when.timestamp()) << _BITS) + minutes + _UTC


def end_of(when: datetime) -> int:
    """A number above those of all moments up to that second."""
    return int(when.timestamp()) + 1 << _BITS


def read_moment(number: int) -> datetime:
    """The moment that ``moment_of`` made a number of."""
    seconds, minutes = divmod(number, 1 << _BITS)
    zone = timezone(timedelta(minutes=minutes - _UTC))
    return datetime.fromtimestamp(seconds, zone)


def utc_day(when: datetime) -> str:
    """The day (ISO) of a moment in UTC; that of its own clock at the ends of all time."""
    try:
        return when.astimezone(UTC).date().isoformat()
    except OverflowError:
        return when.date().isoformat()


class day_of(FunctionElement[str]):  # noqa: N801 - it is called as a function
    """The day (ISO) of a moment: of UTC, or with ``local`` of the author's clock."""

    type = Text()

    def __init__(self, moment: ColumnElement[int], *, local: bool = False) -> None:
        seconds = moment.bitwise_rshift(literal_column(str(_BITS), Integer))
        minutes = moment.bitwise_and((1 << _BITS) - 1) - _UTC
        super().__init__(seconds + minutes * 60 if local else seconds)


@compiles(day_of)
def _compile_day(element: day_of, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    if compiler.dialect.name == "sqlite":
        return f"date({seconds}, 'unixepoch')"
    day = f"to_char(to_timestamp({seconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    return f'({day} COLLATE "C")'
