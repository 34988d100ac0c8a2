"""How a file that somebody uploaded is served: as data a browser shows or saves, and never runs."""

from collections.abc import Mapping
from urllib.parse import quote

from wiki.files.types import FileType, by_name

#: no script, no form, no frame, no request; in an origin of its own where it is opened as a page
POLICY = "sandbox; default-src 'none'"


def file_headers(name: str, kind: FileType | None = None) -> Mapping[str, str]:
    """The headers of the answer that carries the file called ``name``.

    Raster pictures are shown in place; all else, PDF and SVG included, is offered for saving (a
    picture element shows an SVG all the same). ``kind`` is what ``types.by_name`` tells unless
    given: ``WEBP`` for a width made by ``images.resized``.
    """
    kind = kind or by_name(name)
    shown = "inline" if kind.picture else "attachment"
    said = quote(name.rpartition("/")[2], safe="")
    return {
        "Content-Type": kind.media,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{said}",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


#: what ``images.resized`` makes
WEBP = FileType("webp", "image/webp", picture=True)
