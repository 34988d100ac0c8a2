"""A repository elsewhere, copied whole for someone who waits: in bounds, and in words if it fails.

Its branch is called ``main`` here, and comes alone.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from wiki.errors import BadField
from wiki.repository.creation import check_commits, create
from wiki.repository.objects import BRANCH, decode_name
from wiki.repository.process import GitFailed, run
from wiki.repository.remote.addresses import Remote, RemoteFailed
from wiki.repository.remote.fetch import fetch_within
from wiki.translation import gettext as _

#: bytes that git may take while it asks what there is
_LOOKING = 250_000_000
_REDIRECTS = tuple(f"returned error: {status}" for status in (301, 302, 303, 307, 308))
_CLOSED = ("could not read Username", "returned error: 401", "returned error: 403", "not found")
_SILENT = ("no answer", "timed out", "too slow", "Operation too slow")


@dataclass(frozen=True)
class Bounds:
    """How much may come, how long one waits, and what git may take of the memory."""

    size: int = 500_000_000
    look: float = 20.0
    seconds: float = 240.0
    memory: int = 2_000_000_000


def download(
    remote: Remote,
    folder: Path,
    bounds: Bounds,
    command: str = "wiki init --from",
    is_stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Fills ``folder`` with the history of ``remote``. Raises BadField, BadRequest; leaves nothing.

    ``command`` takes on the server what is too much here; it ends soon once ``is_stopped``. A forge
    that leads from ``…/notes`` to ``…/notes.git`` is understood; no other redirect is.
    """
    create(folder)
    try:
        try:
            _fill(remote, folder, bounds, is_stopped)
        except RemoteFailed as error:
            if remote.url.endswith(".git") or not _leads_on(error):
                raise
            _fill(replace(remote, url=f"{remote.url.rstrip('/')}.git"), folder, bounds, is_stopped)
        check_commits(folder)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, RemoteFailed):
            raise BadField("repository", _words(remote, error, bounds, command)) from error
        raise


def _fill(remote: Remote, folder: Path, bounds: Bounds, is_stopped: Callable[[], bool]) -> None:
    ref = _branch(remote, bounds)
    if not ref:
        raise BadField("repository", _("This repository is empty: nothing was saved in it yet."))
    fetch_within(
        *(folder, remote, bounds.size),
        ref=ref,
        seconds=bounds.seconds,
        memory=bounds.memory,
        is_stopped=is_stopped,
    )


def _branch(remote: Remote, bounds: Bounds) -> str:
    """The one its HEAD names, else main, master or the first; "" where it has none."""
    try:
        _status, said = run(
            None,
            *("ls-remote", "--end-of-options", remote.url, "HEAD", "refs/heads/*"),
            timeout=bounds.look,
            settings=remote.settings(),
            # As many branches as that holds; what git says is in our memory, too.
            memory=_LOOKING,
            cwd="/",
        )
    except GitFailed as error:
        raise RemoteFailed(error) from error
    refs = [decode_name(line.partition(b"\t")[2]) for line in said.splitlines()]
    heads = [ref for ref in refs if ref.startswith("refs/heads/")]
    wanted = ["HEAD", BRANCH, "refs/heads/master", *heads]
    return next((ref for ref in wanted if ref in refs), "")


def _leads_on(error: RemoteFailed) -> bool:
    return any(sign in error.words for sign in _REDIRECTS)


def _words(remote: Remote, error: RemoteFailed, bounds: Bounds, command: str) -> str:
    host = urlsplit(remote.url).hostname or ""
    if error.too_large:
        return _(
            "This repository is larger than {size} MB, more than is fetched from here. On the "
            "server, “{command}” takes it."
        ).format(size=bounds.size // 1_000_000, command=command)
    if _leads_on(error):
        return _(
            "This address leads on to another one. Open it in a browser, and give the one that you "
            "come to."
        )
    if any(sign in error.words for sign in _CLOSED):
        return _(
            "No public repository is at this address. One that is not public is brought in on the "
            "server, by “{command}”."
        ).format(command=command)
    if any(sign in error.words for sign in _SILENT):
        return _("{host} took too long to answer. Try again in a while.").format(host=host)
    return _("{host} did not give the repository: {why}").format(host=host, why=error.words)
