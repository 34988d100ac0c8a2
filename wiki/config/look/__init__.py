"""How the wiki looks: what administrators chose of it, as a file in the pages' repository.

::

    values   the choices, and the file that holds them      colours   contrast, and what passes
    style    the choices as CSS variables
"""

from wiki.config.look.values import FOLDER, LOOK_FILE, Entry, Look, Partner, is_of_look

__all__ = ["FOLDER", "LOOK_FILE", "Entry", "Look", "Partner", "is_of_look"]
