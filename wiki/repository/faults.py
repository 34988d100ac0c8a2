"""What to raise where the disk or the repository fails, in words for whoever waits."""

from wiki.errors import StorageFailed
from wiki.translation import _


def not_saved() -> StorageFailed:
    """The disk did not take a write."""
    return StorageFailed(
        _(
            "The wiki cannot write to its disk at the moment. Nothing was saved and nothing is "
            "lost: keep this page open and try again later."
        )
    )


def damaged() -> StorageFailed:
    """The repository cannot be read."""
    return StorageFailed(
        _("The wiki cannot read its repository. It is not your doing; an administrator can help.")
    )
