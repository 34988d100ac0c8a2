"""Each request reads one commit and one moment of the private rows.

The head may move while an answer is made. What the request has pinned stays; where it then asks a
projection that only the new head can be had of, it is answered anew from the start. So is one that
could not be answered because PostgreSQL was away, where that is back in a moment.
"""

from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

from wiki.cache.topics import noting
from wiki.errors import Forbidden, NotFound, RowsUnreachable
from wiki.instance import Instance
from wiki.projections.interface import Busy
from wiki.web.cache.responses import SHARED
from wiki.web.support import current_instance, current_person

View = TypeVar("View", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: times that a request is answered anew because the head had moved
_TRIES = 2


class AnswersAnew(Flask):
    """An application whose views are called again where they were given answers of two commits."""

    def dispatch_request(self) -> ResponseReturnValue:
        """See Flask."""
        begun = monotonic()
        g.setdefault("viewed", True)
        try:
            return self._dispatch()
        except (Busy, RowsUnreachable, Forbidden, NotFound):
            if not _is_back(begun):
                raise
        return self._dispatch()

    def _dispatch(self) -> ResponseReturnValue:
        for _ in range(_TRIES):
            try:
                answer = self._answer()
            except Exception:
                if not _begins_anew():
                    raise
            else:
                if not _begins_anew():
                    return answer
        return self._answer()

    def _answer(self) -> ResponseReturnValue:
        """An answer; where it may be kept, what it was made from is noted for who keeps it."""
        if SHARED not in request.environ:
            return super().dispatch_request()
        cache = current_instance().cache
        begun = cache.begin()
        with noting() as topics:
            answer = super().dispatch_request()
        if g.get("shared") and current_person() is None:
            request.environ[SHARED] = cache.finish(begun, topics)
        return answer


def pin_requests(app: Flask, instance: Instance) -> None:
    """Has each request of ``app`` that saves nothing read one state of ``instance``.

    One that may save follows the head, and sees private rows as they are.
    """
    fresh = instance.fresh

    @app.before_request
    def pin() -> None:
        # Whatever is sent may be answered with something of pages: a clone is a POST.
        if fresh is not None and request.blueprint != "health":
            fresh.check()
        if not hasattr(current_app.view_functions.get(request.endpoint or ""), "unpinned"):
            _pin(instance)

    @app.teardown_request
    def release(_error: BaseException | None) -> None:
        if "pinned" in g:
            g.pop("pinned").close()


def _pin(instance: Instance) -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    stack = g.pinned = ExitStack()
    follows = request.method not in SAFE
    by_heads = not follows and hasattr(view, "by_heads")
    pinned = instance.projections.pinned(request.endpoint or "", follows=follows, by_heads=by_heads)
    g.pin = stack.enter_context(pinned)
    if not follows:
        # What is looked at once more under a lock has to be seen as others have left it.
        stack.enter_context(instance.private.pinned())


def unpinned(view: View) -> View:
    """Marks a view that takes long, such as a clone: it holds no state of the stores."""
    view.unpinned = True  # type: ignore[attr-defined]
    return view


def by_heads(view: View) -> View:
    """Marks a view that shows its own page from git, and of others what their heads say.

    Where only bodies changed since, it does not wait for projections; its answer is for one reader,
    and kept for nobody.
    """
    view.by_heads = True  # type: ignore[attr-defined]
    return view


def _begins_anew() -> bool:
    """Whether the request has to be answered once more; then nothing is left of the first time."""
    pin = g.get("pin")
    if pin is None or not pin.moved or request.method not in SAFE:
        return False
    pin.restart()
    _forget()
    return True


def _is_back(since: float) -> bool:
    """Waits for a server of rows that has gone ``since``; whether the request is to be answered.

    Who saves may have saved, and is told. Not all threads wait: the others answer what needs no
    rows.
    """
    instance = current_instance()
    outage = instance.private.outage
    if outage is None or request.method not in SAFE or "pinned" not in g:
        return False
    if not outage.outlast(since, instance.settings.threads):
        return False
    if g.pop("unknown", False):
        g.pop("person")
    g.pinned.close()
    _pin(instance)
    _forget()
    return True


def _forget() -> None:
    for name in ("reader", "shared"):
        g.pop(name, None)
