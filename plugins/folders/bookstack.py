"""The portable ZIP of BookStack as the folder that it stands for: its pages, and files by name.

One ``data.json`` holds a book, a chapter or a page, with all texts; ``files/`` what they show. A
chapter is a folder beside a page of its name, which lists what is in it in the order of the book.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from wiki.api.errors import BadRequest
from wiki.api.imports.files import Bundle, BundledFile
from wiki.api.imports.markdown import escaped
from wiki.api.pages import edit_head
from wiki.api.translation import gettext as _

from .heads import read_moment

_DATA, _FILES = "data.json", "files/"
#: bytes of all texts together
_MOST = 200_000_000
_REFERENCE = re.compile(r"\[\[bsexport:(page|chapter|book|image|attachment):(\d{1,18})\]\]")
_CALLOUT = re.compile(
    r"<p\b[^<>]*\bclass=[\"']callout\b[^<>]*>((?:(?!</?p[\s>]).)*+)</p>", re.I | re.S
)
#: what no name of a file holds
_UNNAMED = re.compile(r"[/\\\x00-\x1f]+")

Thing = Mapping[str, Any]


def is_export(bundle: Bundle) -> bool:
    """Whether it has the shape of one."""
    names = {item.name for item in bundle.items}
    return _DATA in names and all(name.startswith(_FILES) for name in names - {_DATA})


class BookStack:
    """An export, as the files of a folder. Raises BadRequest, TooLarge for what is none."""

    def __init__(self, bundle: Bundle) -> None:
        self.items: list[BundledFile] = []
        self.refused = list(bundle.refused)
        self._bundle = bundle
        self._there = {item.name: item for item in bundle.items}
        self._made: dict[str, bytes] = {}
        self._files: dict[str, BundledFile] = {}
        #: names of files that are no pages, whatever they are
        self.attached = self._files.keys()
        self._taken: set[str] = set()
        #: what a reference to a thing stands for: a rooted address in the folder, or an address
        self._led: dict[tuple[str, str], str] = {}
        data = self._read_data()
        self._when = read_moment(_text(data, "exported_at"))
        found = [
            (kind, data[kind]) for kind in ("book", "chapter", "page") if _is_thing(data, kind)
        ]
        if not found:
            words = _("In {name} there is no book, chapter or page: it is no export of BookStack.")
            raise BadRequest(words.format(name=_DATA))
        # Names first: references lead forward too.
        placed = [one for kind, thing in found for one in self._place(kind, thing, "")]
        for kind, thing, name in placed:
            self._write(kind, thing, name)
        self.items.sort(key=lambda item: item.name)

    def read(self, item: BundledFile, limit: int) -> bytes:
        """As ``Bundle.read``."""
        if item.name in self._made:
            return self._made[item.name]
        return self._bundle.read(self._files[item.name], limit)

    def _read_data(self) -> Thing:
        try:
            data = json.loads(self._bundle.read(self._there[_DATA], _MOST))
        except (ValueError, RecursionError) as error:
            words = _("{name} cannot be read: it is damaged, or was cut off.")
            raise BadRequest(words.format(name=_DATA)) from error
        return data if isinstance(data, dict) else {}

    def _place(self, kind: str, thing: Thing, folder: str) -> Iterator[tuple[str, Thing, str]]:
        """Gives a thing and all in it their names, in the order of reading."""
        ending = ".md" if kind == "page" and _text(thing, "markdown").strip() else ".html"
        stem = self._free(folder, _text(thing, "name") or kind, "/")
        self._lead(kind, thing, f"{stem}{ending}")
        yield kind, thing, f"{stem}{ending}"
        cover = {"id": thing.get("id"), "file": thing.get("cover")}
        self._add_file(f"{kind} cover", cover, f"{stem}/")
        for one in _things(thing, "images"):
            self._add_file("image", one, folder)
        for one in _things(thing, "attachments"):
            if _text(one, "file"):
                self._add_file("attachment", one, folder)
            else:
                self._led["attachment", str(one.get("id"))] = _text(one, "link")
        for inner, one in _within(thing):
            yield from self._place(inner, one, f"{stem}/")

    def _add_file(self, kind: str, thing: Thing, folder: str) -> None:
        item = self._there.get(_FILES + _text(thing, "file"))
        if item is None:
            return
        called = _text(thing, "name") or _text(thing, "file")
        own = f".{item.name.rpartition('.')[2]}" if "." in item.name else ""
        stem, dot, last = called.rpartition(".")
        if own:
            stem, ending = called.removesuffix(own), own
        else:
            stem, ending = (stem, f".{last}") if dot else (called, "")
        name = self._free(folder, stem, ending) + ending
        self._files[name] = item
        self._lead(kind, thing, name)
        self.items.append(BundledFile(name, item.size, self._when))

    def _lead(self, kind: str, thing: Thing, name: str) -> None:
        self._led[kind, str(thing.get("id"))] = f"/{quote(name)}"

    def _free(self, folder: str, words: str, ending: str) -> str:
        """A name in a folder that no other has, without its ending."""
        start = stem = folder + (_UNNAMED.sub(" ", words).strip(" .")[:120] or "page")
        number = 1
        while f"{stem}{ending}".casefold() in self._taken:
            number += 1
            stem = f"{start} {number}"
        self._taken.add(f"{stem}{ending}".casefold())
        return stem

    def _write(self, kind: str, thing: Thing, name: str) -> None:
        title, tags = _text(thing, "name"), _tags(thing)
        if name.endswith(".md"):
            listed = "\n".join(f"- [{escaped(words)}]({to})" for words, to in self._listed(thing))
            text = "\n\n".join(filter(None, (_text(thing, "markdown").strip(), listed)))
            head = {"title": title, **({"themes": tags} if tags else {})}
            made = edit_head(f"\n{self._with_addresses(text)}\n", head)
        else:
            made = self._web_page(kind, thing)
        self._made[name] = made.encode("utf-8", "replace")
        self.items.append(BundledFile(name, len(self._made[name]), self._when))

    def _web_page(self, kind: str, thing: Thing) -> str:
        text = _text(thing, "html" if kind == "page" else "description_html")
        text = _CALLOUT.sub(r"<blockquote><p>\1</p></blockquote>", text)
        listed = (
            f'<li><a href="{escape(to)}">{escape(words)}</a></li>'
            for words, to in self._listed(thing)
        )
        cover = self._led.get((f"{kind} cover", str(thing.get("id"))), "")
        return "".join(
            (
                f'<html><head><meta charset="utf-8"><title>{escape(_text(thing, "name"))}</title>',
                f'<meta name="keywords" content="{escape(", ".join(_tags(thing)))}"></head><body>',
                f'<p><img src="{escape(cover)}" alt=""></p>' if cover else "",
                self._with_addresses(text),
                f"<ul>{''.join(listed)}</ul></body></html>",
            )
        )

    def _listed(self, thing: Thing) -> Iterator[tuple[str, str]]:
        """What BookStack shows beside a thing: what lies in it, and its attachments."""
        attached = [("attachment", one) for one in _things(thing, "attachments")]
        for kind, one in (*_within(thing), *attached):
            if to := self._led.get((kind, str(one.get("id"))), ""):
                yield _text(one, "name") or to, to

    def _with_addresses(self, text: str) -> str:
        return _REFERENCE.sub(lambda found: self._led.get((found[1], found[2])) or found[0], text)


def _is_thing(data: Thing, key: str) -> bool:
    return isinstance(data.get(key), dict)


def _things(thing: Thing, key: str) -> list[Thing]:
    found = thing.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(thing: Thing, key: str) -> str:
    found = thing.get(key)
    return found if isinstance(found, str) else ""


def _within(thing: Thing) -> list[tuple[str, Thing]]:
    """The chapters and pages in a book, and the pages in a chapter, in their order."""
    found = [
        (key.removesuffix("s"), one) for key in ("chapters", "pages") for one in _things(thing, key)
    ]
    return sorted(found, key=lambda one: _number(one[1].get("priority")))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _tags(thing: Thing) -> list[str]:
    pairs = ((_text(one, "name"), _text(one, "value")) for one in _things(thing, "tags"))
    words = (f"{name} : {value}" if value else name for name, value in pairs)
    return [" ".join(one.replace(",", " ").replace(";", " ").split()) for one in words if one]
