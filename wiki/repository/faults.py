"""What to raise where the disk or the repository fails, in words for whoever waits."""

import logging

from wiki.errors import StorageFailed, Unconfirmed
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


def damaged(lost: str = "") -> StorageFailed:
    """The repository cannot be read; ``lost`` is the object that git cannot give."""
    if lost:
        _log.error("git cannot give the object %s: run `wiki check`", lost)
    return StorageFailed(
        _("The wiki cannot read its repository. It is not your doing; an administrator can help.")
    )
