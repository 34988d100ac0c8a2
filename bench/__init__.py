"""Measurements, each against a reference of the same run: ``python -m bench``."""

import sys
from types import TracebackType

_OWN = ("bench", "plugins", "tests", "wiki")


def _tell_missing(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Says in words which package a bench lacks: an installed wiki has not those for developing."""
    missing = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    if missing and missing.partition(".")[0] not in _OWN:
        words = f"This bench needs the package {missing}, which only developing brings: make setup"
        print(words, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _tell_missing
