"""One run of one mirror: look, take, give; once more where a side has moved meanwhile."""

from pathlib import Path

from wiki.errors import WikiError
from wiki.instance import Instance
from wiki.mirroring.pull import pull
from wiki.mirroring.push import give
from wiki.mirroring.secrets import remote_of
from wiki.people.mirrors import FAILED, IN_STEP, TROUBLE, Mirror, Outcome
from wiki.repository.objects import BRANCH
from wiki.repository.process import GitFailed
from wiki.repository.remote.addresses import Remote, RemoteFailed, heads_of
from wiki.repository.writes.branch import HeadMoved
from wiki.translation import gettext as _

_TRIES = 3


def exchange(instance: Instance, mirror: Mirror, *, anew: bool = False) -> Outcome:
    """How the run went. Whatever the remote does ends as an outcome; faults of ours are raised.

    What was refused or in conflict is not looked at again before a side has moved, but ``anew``.
    """
    try:
        remote = remote_of(mirror.name, mirror.url)
        _check_there(mirror, remote)
        for left in reversed(range(_TRIES)):
            try:
                return _once(instance, mirror, remote, anew=anew)
            except HeadMoved:
                continue
            except RemoteFailed as error:
                if not (error.moved and left):
                    return Outcome(FAILED, error.words)
        return Outcome(FAILED, _("Both sides were busy: nothing was lost, it is tried again."))
    except GitFailed as error:
        return Outcome(FAILED, error.said or str(error))
    except WikiError as error:
        return Outcome(FAILED, error.words)


def _once(instance: Instance, mirror: Mirror, remote: Remote, *, anew: bool) -> Outcome:
    heads = heads_of(remote)
    theirs = heads.get(BRANCH)
    known = None if anew else _nothing_new(instance, mirror, theirs)
    pulled = None
    if mirror.pulls:
        if theirs is None and not mirror.pushes:
            return Outcome(FAILED, _("There is no branch main there."))
        if theirs is not None:
            pulled = known or pull(instance, mirror, remote, theirs)
    if not mirror.pushes:
        return pulled or Outcome(IN_STEP)
    if known and _is_given(mirror, heads):
        return known
    return give(instance, mirror, remote, heads, pulled)


def _nothing_new(instance: Instance, mirror: Mirror, theirs: str | None) -> Outcome | None:
    """The trouble of the last run, where neither side has moved since."""
    if mirror.state not in TROUBLE or mirror.state == FAILED or mirror.what == "public":
        return None
    if theirs != mirror.theirs or instance.repository.head() != mirror.head:
        return None
    return Outcome(**{name: getattr(mirror, name) for name in Outcome.__dataclass_fields__})


def _is_given(mirror: Mirror, heads: dict[str, str]) -> bool:
    return not mirror.beside or heads.get(f"refs/heads/{mirror.beside}") == mirror.pushed


def _check_there(mirror: Mirror, remote: Remote) -> None:
    """A folder that is gone is a disk that is not mounted: nothing is made in its place."""
    if remote.protocol == "file" and not (Path(remote.url) / "HEAD").is_file():
        raise WikiError(_("The folder is not there: is its disk mounted?"))
