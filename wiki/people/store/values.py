"""Rows as frozen values: what the rest of the wiki is given of a store."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar

Value = TypeVar("Value")


def value_of(kind: type[Value], row: object, **other: Any) -> Value:
    """A dataclass ``kind`` with the columns of ``row`` that are called as its fields are.

    What is in ``other`` is not read from the row.
    """
    names = (
        field.name
        for field in fields(kind)  # type: ignore[arg-type]
        if field.name not in other
    )
    return kind(**{name: getattr(row, name) for name in names}, **other)


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)
