"""The pictures of a document that is read: each drawn anew, as every upload is, under a name."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from wiki.config import Settings
from wiki.documents.read.tree import near
from wiki.errors import WikiError
from wiki.files.images import cleaned
from wiki.files.types import identify
from wiki.pages.words import slug

_PICTURES = 300
_NAME = 40
_DATA = re.compile(r"data:image/([a-z+.-]{1,20})((?:;[^,;]{0,40})*),(.*)", re.S | re.I)
_TYPES = {"jpeg": "jpg", "svg+xml": "svg"}
_GENERATED = re.compile(
    r"(?:(?<!\s)\s++)?"
    r"(?:Description générée automatiquement|Le contenu généré par l.IA peut être incorrect"
    r"|Description automatically generated|AI-generated content may be incorrect)[^.]*\.?\s*"
)


class Album:
    """The pictures of a document, as they may be kept."""

    def __init__(
        self, settings: Settings, inside: Mapping[str, bytes], *, beside: bool = False
    ) -> None:
        self.kept: dict[str, bytes] = {}
        self._beside = beside
        self._settings = settings
        self._inside = inside
        self._names: dict[str, str] = {}

    def name(self, src: str, alt: str) -> str:
        """Its name; where it is elsewhere, its address; "" where it cannot be kept.

        ``beside``: of one that lies in the folder of the document, where.
        """
        if src.lower().startswith(("http://", "https://")):
            return src
        if self._beside and src not in self._inside and (found := near(src)):
            return found
        if src not in self._names:
            self._names[src] = self._taken(src, _GENERATED.sub("", alt))
        return self._names[src]

    def placed(self, blocks: Any, folder: str) -> Any:
        """The same tree, its pictures in the folder of the page."""
        if isinstance(blocks, list):
            return [self.placed(one, folder) for one in blocks]
        if not isinstance(blocks, dict):
            return blocks
        if blocks["t"] == "Image" and blocks["c"][2][0] in self.kept:
            attr, words, (src, title) = blocks["c"]
            return {"t": "Image", "c": [attr, words, [f"{folder}/{src}", title]]}
        return {key: self.placed(value, folder) for key, value in blocks.items()}

    def _taken(self, src: str, alt: str) -> str:
        extension, data = self._bytes(src)
        if not data or len(self.kept) >= _PICTURES:
            return ""
        stem = slug(alt)[:_NAME].strip("-") or "image"
        number = 1
        name = (
            f"{stem}.{extension}" if stem != "image" else f"image-{len(self.kept) + 1}.{extension}"
        )
        while name in self.kept:
            number += 1
            name = f"{stem}-{number}.{extension}"
        try:
            kind = identify(name, data, max_bytes=self._settings.max_upload)
            if kind.picture:
                data = cleaned(data, kind, max_pixels=self._settings.max_pixels)
            elif extension != "svg":
                return ""
        except WikiError:
            return ""
        self.kept[name] = data
        return name

    def _bytes(self, src: str) -> tuple[str, bytes]:
        found = _DATA.fullmatch(src)
        if not found:
            extension = src.rpartition(".")[2].lower()
            return extension, self._inside.get(src.removeprefix("./"), b"")
        extension = _TYPES.get(found[1].lower(), found[1].lower())
        try:
            if "base64" in found[2].lower():
                return extension, base64.b64decode(found[3], validate=False)
        except (binascii.Error, ValueError):
            return extension, b""
        return extension, unquote_to_bytes(found[3])
