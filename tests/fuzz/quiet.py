"""What a fault of ours looks like from outside: an error in the log."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        raised = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.found.append(f"{record.name}: {record.getMessage()}\n{raised}")


@contextmanager
def quiet() -> Iterator[None]:
    """Raises AssertionError where something of ours logs an error meanwhile, with its traceback."""
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(errors)
    assert not errors.found, "\n".join(errors.found)
