"""Whether a site has an administrator yet, which its home page says."""

from flask import current_app

from wiki.errors import RowsUnreachable
from wiki.people.accounts.founder import has_admin
from wiki.web.support import current_instance

_EXTENSION = "carrefour-founded"


def is_unfounded() -> bool:
    """Whether there is no administrator; it is asked no more once there is, for the last one stays.

    Not where that cannot be known.
    """
    if _EXTENSION in current_app.extensions:
        return False
    try:
        founded = has_admin(current_instance().private)
    except RowsUnreachable:
        return False
    if founded:
        current_app.extensions[_EXTENSION] = True
    return not founded
