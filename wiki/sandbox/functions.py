"""Calls a function of ours in a child process: bounded in time and memory, without our secrets."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wiki import errors
from wiki.sandbox.runner import FILE_SIZE, Failed, run
from wiki.translation import for_child, language

#: what a function takes: a question of JSON's kinds, and bytes; what it returns likewise
Called = Callable[[Mapping[str, Any], bytes], tuple[Mapping[str, Any], Sequence[bytes]]]
_MEMORY = 1 << 30
#: what is also known to those that are online: who vouches for sites, and the way out
_ONLINE = ("SSL_CERT_FILE", "SSL_CERT_DIR", "https_proxy", "no_proxy")
#: the way to this package, for a checkout that is not installed
_ROOT = os.fspath(Path(__file__).parents[2])


def call_in_child(
    function: Called,
    question: Mapping[str, Any],
    data: bytes,
    *,
    seconds: float,
    memory: int = _MEMORY,
    file_size: int = FILE_SIZE,
    online: bool = False,
) -> tuple[Mapping[str, Any], list[bytes]]:
    """``function(question, data)``, a function at the top of its module, as a child answers it.

    The child knows the reader's language and the codecs of ``charsets.py`` alone, and reaches no
    network unless it is ``online``. Raises the WikiError that the function raised, TimedOut, or
    Failed for whatever else went wrong.
    """
    source = function.__code__.co_filename
    ours = function.__module__.startswith("wiki.")
    command = [sys.executable, "-P", "-m", "wiki.sandbox.child"]
    command += [function.__module__ if ours else source, function.__name__, language()]
    files = {"question": json.dumps(question).encode(), "data": data}
    known = ("PATH", *(_ONLINE if online else ()))
    way = {"PYTHONPATH": _ROOT, **for_child()}
    way |= {name: os.environ[name] for name in known if name in os.environ}
    made = run(
        command,
        files,
        "answer",
        seconds=seconds,
        memory=memory,
        file_size=file_size,
        environment=way,
        online=online,
    )
    return _read(made)


def _read(made: bytes) -> tuple[Mapping[str, Any], list[bytes]]:
    line, _end, rest = made.partition(b"\n")
    told = json.loads(line)
    if "error" in told:
        kind = getattr(errors, str(told["error"]), None)
        if not (isinstance(kind, type) and issubclass(kind, errors.WikiError)):
            raise Failed
        raise kind(str(told["words"]))
    parts, at = [], 0
    for length in told["lengths"]:
        parts.append(rest[at : at + length])
        at += length
    return told["answer"], parts
