"""Settings that administrators choose in the browser, or bring by a push.

::

    changes.py   the door: who may, what is written where     public.py   the file in git
    values.py    one value, checked, and what is said of it
    look.py      a look that cannot be used            look_changes.py   the door of the look
"""

from wiki.editing.settings.changes import change_settings, check_may_change, settings_with
from wiki.editing.settings.look import MOST_PICTURE
from wiki.editing.settings.look_changes import change_look, look_changes
from wiki.editing.settings.public import check_public_file, public_changes
from wiki.editing.settings.values import bounds_sentence

__all__ = [
    "MOST_PICTURE",
    "bounds_sentence",
    "change_look",
    "change_settings",
    "check_may_change",
    "check_public_file",
    "look_changes",
    "public_changes",
    "settings_with",
]
