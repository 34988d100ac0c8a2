"""Settings that administrators choose in the browser, or bring by a push.

::

    changes.py   the door: who may, what is written where     public.py   the file in git
    values.py    one value, checked, and what is said of it
"""

from wiki.editing.settings.changes import change_settings, check_may_change, settings_with
from wiki.editing.settings.public import check_public_file, public_changes
from wiki.editing.settings.values import bounds_sentence

__all__ = [
    "bounds_sentence",
    "change_settings",
    "check_may_change",
    "check_public_file",
    "public_changes",
    "settings_with",
]
