"""The child process of ``child_gate.py``: JSON lines in and out, until nobody asks."""

import json
import resource
import select
import signal
import socket
from collections.abc import Mapping
from typing import Any

from wiki.pages.document import read_document
from wiki.rendering.context import Resolved
from wiki.rendering.layout import Answers, Layout, Place, TooLong
from wiki.rendering.sanitize import clean
from wiki.translation import speak_as_parent, use_language

_IDLE_SECONDS = 60.0
_MEMORY = 2 << 30


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """``{"html"}``, clean, or ``{"too_long": true}``, for what ``pipeline.py`` asks."""
    place = Place(**request["place"])
    try:
        if "html" in request:
            html = request["html"]
        else:
            with use_language(request["language"]):
                html = Layout(_answers(request), place).whole(read_document(request["text"]).tokens)
        html = clean(html)
    except TooLong:
        return {"too_long": True}
    return {"too_long": True} if len(html) > place.max_html else {"html": html}


def _answers(request: Mapping[str, Any]) -> Answers:
    return Answers(
        links={target: Resolved(*to) if to else None for target, to in request["links"].items()},
        blocks={int(line): html for line, html in request["blocks"].items()},
        counts={(name, args): html for name, args, html in request["counts"]},
        notices=[(line, words) for line, words in request["notices"]],
    )


def main() -> None:
    """Answers on the socket that stands in for standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    # Stopping the site from a keyboard is the parent's affair: its socket then closes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    speak_as_parent()
    with socket.socket(fileno=0) as parent:
        parent.sendall(b"\n")
        reader = parent.makefile("rb")
        while select.select([parent], [], [], _IDLE_SECONDS)[0] and (line := reader.readline()):
            request = json.loads(line)
            # In C too, and even if the parent is gone; by a signal that tells the parent why.
            signal.setitimer(signal.ITIMER_PROF, request["seconds"])
            parent.sendall(json.dumps(answer(request)).encode() + b"\n")
            signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    main()
