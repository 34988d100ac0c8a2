"""What of a document is no part of its text: comments of readers, changes that it tracked."""

import re
from html import unescape

from wiki.documents.read.archives import part_of
from wiki.translation import gettext as _
from wiki.translation import ngettext

_COMMENTS = 200
_COMMENT = 1_000
_WORD_COMMENT = re.compile(r"<w:comment ([^<>]*)>((?:(?!</?w:comment[ >]).)*+)</w:comment>", re.S)
_WORD_AUTHOR = re.compile(r'w:author="([^"]{0,200})"')
_OPEN_COMMENT = re.compile(
    r"<office:annotation[ >]((?:(?!</?office:annotation[ >]).)*+)</office:annotation>", re.S
)
_TAG = re.compile(r"<[^<>]*>")
_CHANGE = re.compile(rb"<w:(?:ins|del|moveFrom) |<text:changed-region ")


def comments_of(extension: str, data: bytes) -> tuple[str, ...]:
    """The comments in a checked document, each with who made it where that is said."""
    found: list[str] = []
    if extension == "docx":
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


def told_of(extension: str, data: bytes, lost: int, comments: int) -> tuple[str, ...]:
    """Sentences about what did not come along, or came otherwise."""
    told = []
    main = {"docx": "word/document.xml", "odt": "content.xml"}.get(extension)
    if main and _CHANGE.search(part_of(data, main)):
        told.append(_("It had tracked changes: they are taken as accepted."))
    if comments:
        told.append(
            ngettext(
                "It had a comment, which is no part of the page: it stands below.",
                "It had {count} comments, which are no part of the page: they stand below.",
                comments,
            ).format(count=comments)
        )
    if lost:
        told.append(
            ngettext(
                "One picture could not be kept: its kind is not known here.",
                "{count} pictures could not be kept: their kind is not known here.",
                lost,
            ).format(count=lost)
        )
    return tuple(told)
