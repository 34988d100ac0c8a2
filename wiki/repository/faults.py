"""What to raise where the disk or the repository fails, in words for whoever waits."""

import logging

from wiki.errors import HostFailed, StorageFailed, Unconfirmed
from wiki.translation import _

_log = logging.getLogger(__name__)


def not_saved() -> StorageFailed:
    """The disk did not take a write."""
    return StorageFailed(
        _(
            "The wiki cannot write to its disk at the moment. Nothing was saved and nothing is "
            "lost: keep this page open and try again later."
        )
    )


def unconfirmed() -> Unconfirmed:
    """The branch was moved, and the disk did not say that this will last."""
    return Unconfirmed(
        _(
            "The disk of the wiki has not confirmed this save. It may be there all the same: look "
            "at the page before you save again, and keep this one open until then."
        )
    )


def unreachable() -> HostFailed:
    """The host of the shared repository cannot be asked."""
    return HostFailed(
        _(
            "The place where this wiki keeps its pages cannot be reached at the moment. Nothing"
            " was saved and nothing is lost: keep this page open and try again in a while."
        )
    )


def unheard() -> Unconfirmed:
    """That host was told of a save, and its answer did not come."""
    return Unconfirmed(
        _(
            "The place where this wiki keeps its pages has not confirmed this save. It may be"
            " there all the same: look at the page in a while, before you save again, and keep"
            " this one open until then."
        )
    )


def too_busy() -> StorageFailed:
    """Other nodes were first, again and again."""
    return StorageFailed(
        _(
            "So many people are saving just now that your turn did not come. Nothing was saved"
            " and nothing is lost: keep this page open and try again in a moment."
        )
    )


def damaged(lost: str = "") -> StorageFailed:
    """The repository cannot be read; ``lost`` is the object that git cannot give."""
    if lost:
        _log.error("git cannot give the object %s: run `wiki check`", lost)
    return StorageFailed(
        _("The wiki cannot read its repository. It is not your doing; an administrator can help.")
    )
