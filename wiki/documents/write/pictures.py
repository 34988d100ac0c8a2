"""The pictures of a document: those that its reader may see, in a kind and a size that all
programs take.

Files of pages are PNG or JPEG. What plugins draw at addresses of theirs (hook ``drawing_at``) is
SVG; an SVG that someone sent in is none of ours, and is not taken.
"""

import logging
from io import BytesIO
from urllib.parse import unquote, urlsplit

from PIL import Image

from wiki.errors import WikiError
from wiki.files.pictures import PAPER, draw
from wiki.files.types import by_name
from wiki.hookspecs.documents import drawing_at
from wiki.reading import Reader
from wiki.reading.files import get_file, get_file_id
from wiki.sandbox.turns import Busy

#: seconds that one waits while others are drawn
_PATIENCE = 30.0
#: of one document
_MOST = 400
_BYTES = 80_000_000
#: points of a screen in a centimetre; the centimetres across and down that a page has room for
_PER_CM = 37.8
_ROOM = (15.0, 18.0)
_log = logging.getLogger(__name__)


class Pictures:
    """Collects the pictures of a document while it is put together; ``media``: name → bytes."""

    def __init__(self, reader: Reader) -> None:
        self.media: dict[str, bytes] = {}
        self._reader = reader
        self._names: dict[str, str | None] = {}
        self._size = 0

    def name(self, src: str) -> str | None:
        """What the picture at an address of this site is called in the document.

        None for one that is elsewhere, that the reader may not see, or that cannot be drawn.
        """
        address = urlsplit(src)
        if address.scheme or address.netloc or not address.path.startswith("/"):
            return None
        file = unquote(address.path).strip("/")
        ours = file.startswith("-/")
        key = src if ours else file
        if key not in self._names:
            self._names[key] = self._drawn_at(src) if ours else self._taken(file)
        return self._names[key]

    def drawing(self, svg: str) -> str | None:
        """What a drawing of ours is called in the document; None where it holds no more."""
        return self._kept(svg.encode(), "svg")

    def _drawn_at(self, src: str) -> str | None:
        svg = self._reader.instance.plugins.call(drawing_at, src, self._reader)
        return self.drawing(svg) if svg else None

    def _taken(self, file: str) -> str | None:
        kind = by_name(file)
        if not kind.picture:
            return None
        try:
            blob = get_file_id(self._reader, file)
            settings = self._reader.instance.settings

            def load() -> bytes:
                return get_file(self._reader, file).data

            drawn = draw(settings, blob, PAPER, kind, load, patience=_PATIENCE)
        except (WikiError, Busy) as error:
            _log.info("a document goes without the picture %s: %s", file, type(error).__name__)
            return None
        return self._kept(drawn.data, drawn.extension)

    def _kept(self, data: bytes, extension: str) -> str | None:
        if len(self.media) >= _MOST or self._size + len(data) > _BYTES:
            return None
        self._size += len(data)
        name = f"media/{len(self.media) + 1}.{extension}"
        self.media[name] = data
        return name


def wide_on_paper(data: bytes) -> float:
    """Centimetres: as wide as a screen shows it, or as a page has room for. ``data`` is ours."""
    with Image.open(BytesIO(data)) as image:
        wide, high = image.size
    return min(wide / _PER_CM, _ROOM[0], _ROOM[1] * wide / high)
