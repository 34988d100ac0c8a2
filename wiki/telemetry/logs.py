"""How a server writes its log: a line for each thing said, as text or as JSON.

The request or the task that a line is about is named in it (``request``): by the number that the
proxy before the wiki gave the request, so that its lines and ours are found together.
"""

import logging
import sys
from contextvars import ContextVar

#: the logger of requests, a line each where they are wanted
REQUESTS = "wiki.requests"
#: what this thread is at; "" where that is neither a request nor a task
current: ContextVar[str] = ContextVar("request", default="")

_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s%(suffix)s"
_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s %(request)s %(node)s %(process)s"
_OF_WIKI = " %(wiki)s"
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}


class _Wiki:
    """The wiki that this process is of, where a host serves many; "" for the only one."""

    name = ""


def speak_for(wiki: str) -> None:
    """Has each line of this process, and of those that it forks, say which ``wiki`` it is of."""
    _Wiki.name = wiki


def write_logs(form: str = "text", node: str = "") -> None:
    """Has this process log to stderr in ``form``, text or json; JSON names the ``node`` too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Named(node))
    handler.setFormatter(_json() if form == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(handlers=[handler], force=True)


def _json() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    # One line each, whatever was said: an exception is a text in it.
    wanted = _FIELDS + _OF_WIKI if _Wiki.name else _FIELDS
    return JsonFormatter(wanted, rename_fields=_NAMES, json_ensure_ascii=False)


class _Named(logging.Filter):
    """Says of each record what this thread was at, and which node it is."""

    def __init__(self, node: str) -> None:
        super().__init__()
        self._node = node

    def filter(self, record: logging.LogRecord) -> bool:
        at, wiki = current.get(), _Wiki.name
        suffix = "".join(f" [{one}]" for one in (wiki, at) if one)
        record.__dict__.update(request=at, node=self._node, wiki=wiki, suffix=suffix)
        return True
