"""Whoever saved at one node sees that at the next one, which may not have heard of it yet.

The commit goes with their session: a node that lacks it fetches it before it answers.
"""

import time
from contextlib import suppress

from flask import Flask, g, request, session
from werkzeug.wrappers import Response

from wiki.errors import StorageFailed
from wiki.instance import Instance

#: seconds after which every node has heard, or cannot
_LASTS = 60.0
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY = "saved"


def follow_own_saves(app: Flask, instance: Instance) -> None:
    """Has each request of ``app`` see what its person has saved; nothing where a node is alone."""
    repository = instance.repository
    shared = repository.shared
    if shared is None:
        return

    @app.before_request
    def _arrive() -> None:
        if request.method not in _SAFE:
            with suppress(StorageFailed):
                g.head_before = repository.head()
        if (saved := session.get(_KEY)) is None:
            return
        commit, until = saved
        if time.time() < until:
            with suppress(StorageFailed):
                shared.hear(commit)
                return
        # A host that does not answer is waited for once.
        session.pop(_KEY)

    @app.after_request
    def _note(response: Response) -> Response:
        # Programs have no session, and get none by this.
        if "head_before" in g and session:
            with suppress(StorageFailed):
                if (head := repository.head()) != g.head_before:
                    session[_KEY] = head, time.time() + _LASTS
        return response
