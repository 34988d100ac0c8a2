"""New names, told apart from those that are there on every machine that a wiki is cloned to."""

from collections.abc import Collection

from wiki.errors import AlreadyExists
from wiki.reading import Reader
from wiki.reading.pages import find_twin
from wiki.translation import gettext as _


def check_told_apart(reader: Reader, file: str, own: Collection[str] = ()) -> None:
    """Raises AlreadyExists where ``file`` would stand beside its twin.

    That is a name that differs in capitals, or in how accents are encoded, alone. ``own``: what
    goes as the file comes, as where a page changes its name for the same in small letters. The
    other is not named: it may be closed to who asks.
    """
    twin = find_twin(reader, file)
    if twin is not None and twin not in own:
        raise AlreadyExists(
            _(
                "There is a page or file already whose address differs in capitals or accents "
                "alone: on many machines both would be one. Choose another."
            )
        )
