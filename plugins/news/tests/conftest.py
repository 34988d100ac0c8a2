"""A wiki that the tests of a module share, and its days."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from wiki.testing.module_wiki import app, instance

if TYPE_CHECKING:
    from wiki.instance import Instance


__all__ = ["app", "instance"]


class Days:
    """The clock of the private rows, and of all who ask what day it is."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, days: float) -> None:
        self.moment += timedelta(days=days)


@pytest.fixture
def days(instance: "Instance") -> Days:
    """3 March 2027, ten in the morning in Paris."""
    clock = Days(datetime(2027, 3, 3, 9, tzinfo=UTC))
    instance.private.now = clock
    return clock
