"""The places for git's work in a worker, and the public history, which is made elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore
from typing import cast

from flask import Flask, current_app

from wiki.errors import TooLarge, TooMany
from wiki.instance import Instance
from wiki.jobs.maintenance import PUBLISH, STANDARD
from wiki.projections.public import Public
from wiki.projections.publishing.standard import FEW, Standard
from wiki.task_queue import wake
from wiki.translation import gettext as _
from wiki.web.support import current_instance

#: seconds that someone waits for the public history to be made, and for one of the places
_READY = 8.0
_PATIENCE = 1.0
_PLACES = "carrefour-git"


def bound(app: Flask, instance: Instance, threads: int) -> None:
    """Lets git hold fewer than half of a worker's threads, so that pages are served meanwhile.

    What takes long is made by the process of tasks, which follows saves and is woken for it.
    """
    app.extensions[_PLACES] = BoundedSemaphore(max(threads // 2 - 1, 1))
    public = cast(Public, instance.projections.part("public"))
    public.leave_making(partial(wake, instance.settings, PUBLISH))


def public_folder() -> Path:
    """The public history as of the head.

    An older one is not given out: something in it may have been closed since.
    """
    projections = current_instance().projections
    until = time.monotonic() + _READY
    while True:
        projections.catch_up("public")
        public = cast(Public, projections.part("public"))
        folder = public.folder
        if folder is not None and not projections.behind("public"):
            return folder
        if time.monotonic() > until or "public" in projections.failures:
            raise TooManyNow()
        time.sleep(0.25)


def standard_folder() -> Path:
    """The public pages in standard Markdown: as of the head, or of shortly before.

    Nothing in it may have been closed since: then the public history is another one.
    """
    settings, public = current_instance().settings, public_folder()
    standard = Standard(settings.instance / "index", settings.public_url)
    standard.want()
    until = time.monotonic() + _READY
    asked = False
    while True:
        try:
            standard.make(public, FEW)
        except TooLarge:
            if not asked:
                wake(settings, STANDARD, here=True)
            asked = True
        folder = standard.folder(public)
        if folder is not None:
            return folder
        if time.monotonic() > until:
            raise TooManyNow()
        time.sleep(0.25)


class TooManyNow(TooMany):
    """Something is being made, or everyone is at it: to be asked again soon."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            _("The wiki is busy with other copies at the moment: try again in a minute."),
            retry_after=60,
        )


@contextmanager
def place() -> Iterator[None]:
    """One of the places for git's work in this worker. Raises TooManyNow where there is none."""
    places: BoundedSemaphore = current_app.extensions[_PLACES]
    if not places.acquire(timeout=_PATIENCE):
        raise TooManyNow
    try:
        yield
    finally:
        places.release()
