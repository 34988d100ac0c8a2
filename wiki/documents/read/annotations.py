"""What of a document is no part of its text: comments, tracked changes, programs, objects."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from wiki.documents.read.archives import part_of, parts_of
from wiki.files.archives import has_programs
from wiki.translation import gettext as _

#: what did not come along or came otherwise: a sentence, the same for its kind, and what it was
Remark = tuple[str, str]

_COMMENTS, _REMARKS = 200, 50
_COMMENT = 1_000
_WORD_COMMENT = re.compile(r"<w:comment ([^<>]*)>((?:(?!</?w:comment[ >]).)*+)</w:comment>", re.S)
_WORD_AUTHOR = re.compile(r'w:author="([^"]{0,200})"')
_OPEN_COMMENT = re.compile(
    r"<office:annotation[ >]((?:(?!</?office:annotation[ >]).)*+)</office:annotation>", re.S
)
_TAG = re.compile(r"<[^<>]*>")
_MAIN = {"docx": "word/document.xml", "docm": "word/document.xml", "odt": "content.xml"}
_OBJECT = re.compile(r"word/(?:embeddings|charts)/([^/]+\.\w+)|(Object \d+)/content\.xml")
_WORD_EDGE = re.compile(r"word/(?:header|footer)\d*\.xml")
_OPEN_EDGE = re.compile(r"<style:(header|footer)(?:-left|-first)?[ >]((?:(?!</style:\1).)*+)", re.S)
_END_OF_LINE = re.compile(r"</(?:w|text):(?:p|tab)>")
_CHANGE = re.compile(rb"<w:(?:ins|del|moveFrom) |<text:changed-region ")


def comments_of(extension: str, data: bytes) -> tuple[str, ...]:
    """The comments in a checked document, each with who made it where that is said."""
    found: list[str] = []
    if extension in ("docx", "docm"):
        xml = part_of(data, "word/comments.xml").decode("utf-8", "replace")
        for attributes, inside in _WORD_COMMENT.findall(xml):
            author = _WORD_AUTHOR.search(attributes)
            words = text_of(inside.replace("</w:p>", " "))
            found.append(f"{unescape(author[1])} : {words}" if author and author[1] else words)
    elif extension == "odt":
        xml = part_of(data, "content.xml").decode("utf-8", "replace")
        found = [text_of(one.replace("</text:p>", " ")) for one in _OPEN_COMMENT.findall(xml)]
    return tuple(one[:_COMMENT] for one in found if one)[:_COMMENTS]


def text_of(xml: str) -> str:
    """The words of a piece of XML, on one line."""
    return " ".join(unescape(_TAG.sub("", xml)).split())


def remarks_of(extension: str, data: bytes) -> tuple[Remark, ...]:
    """What did not come along of a checked document, or came otherwise."""
    found = []
    if _CHANGE.search(part_of(data, _MAIN[extension])):
        found.append((_("Tracked changes, which are taken as accepted"), ""))
    names = parts_of(data)
    if has_programs(names):
        words = _("Programs (scripts or macros), which are left behind")
        found.append((words, ""))
    objects = [one[1] or one[2] for name in names if (one := _OBJECT.fullmatch(name))]
    words = _("An object of another program, which is left behind")
    found += [(words, name) for name in objects]
    for edge in _edges(extension, data, names):
        found.append((_("The head or the foot of its sheets, which is left behind"), edge))
    return tuple(dict.fromkeys(found))[:_REMARKS]


def _edges(extension: str, data: bytes, names: Sequence[str]) -> Iterator[str]:
    """The words at the head and the foot of its sheets, without numbers of pages."""
    if extension == "odt":
        xml = part_of(data, "styles.xml").decode("utf-8", "replace")
        texts = [found[2] for found in _OPEN_EDGE.finditer(xml)]
    else:
        edges = [name for name in names if _WORD_EDGE.fullmatch(name)]
        texts = [part_of(data, name).decode("utf-8", "replace") for name in edges]
    for text in texts:
        words = text_of(_END_OF_LINE.sub(" ", text))
        if re.search(r"[^\W\d_]{2}", words):
            yield words[:_COMMENT]
