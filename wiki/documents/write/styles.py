"""How documents of the wiki look in Word, in an OpenDocument program and in an e-book."""

import re
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO

from wiki.documents.pandoc import own_file

_INK = "26221C"
_ACCENT = "0D646C"
_RULE = "D8CFBF"
#: fonts that both Word and LibreOffice have, or have the like of
_TEXT_FONT, _HEADING_FONT = "Georgia", "Calibri"
_WORD_HEADING = re.compile(
    r'(<w:style [^>]*w:styleId="(?:Heading\d|Title|TOCHeading)".*?</w:style>)', re.S
)
_WORD_TABLE = re.compile(r'(<w:style [^>]*w:styleId="Table".*?<w:tblPr>)(.*?)(</w:tblPr>)', re.S)
_BORDERS = (
    f'<w:tblBorders><w:top w:val="single" w:sz="4" w:color="{_RULE}"/>'
    f'<w:bottom w:val="single" w:sz="4" w:color="{_RULE}"/>'
    f'<w:insideH w:val="single" w:sz="4" w:color="{_RULE}"/></w:tblBorders>'
    '<w:tblCellMar><w:top w:w="60" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
    '<w:bottom w:w="60" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
)
_WORD_LINK = re.compile(
    r'(w:styleId="Hyperlink">.*?<w:color w:val=)"[^"]*"(?: w:theme\w+="\w*")*', re.S
)
_WORD_CHAPTER = re.compile(r'(w:styleId="Heading1">.*?<w:keepLines ?/>)', re.S)
_OPEN_CHAPTER = re.compile(r'(<style:style [^>]*style:name="Heading_20_1"[^>]*>)')
_FIRST_PICTURE = re.compile(rb'(<item [^>]*href="media/file0\.png")')

#: the style sheet of an e-book: little, since readers choose their own
_EPUB = f"""body {{ line-height: 1.5; color: #{_INK}; }}
h1, h2, h3 {{ line-height: 1.2; font-family: sans-serif; }}
a {{ color: #{_ACCENT}; }}
table {{ border-collapse: collapse; }}
th, td {{ border-bottom: 1px solid #{_RULE}; padding: .3em .5em; text-align: start; }}
blockquote {{ border-inline-start: 3px solid #{_RULE}; margin-inline-start: 0;
  padding-inline-start: 1em; }}
img {{ max-width: 100%; height: auto; }}
pre {{ white-space: pre-wrap; font-size: .85em; }}
"""


@cache
def reference(kind: str, *, chapters: bool) -> bytes:
    """The document whose styles pandoc takes: its own, in our colours and fonts.

    ``chapters``: each begins a page.
    """
    change = {"docx": _word, "odt": _open_document}[kind]

    def changed(name: str, data: bytes) -> bytes:
        if not name.endswith(".xml"):
            return data
        xml = change(name, data.decode())
        return (_apart(xml) if chapters else xml).encode()

    return _rewritten(own_file(f"reference.{kind}"), changed)


def _word(name: str, xml: str) -> str:
    if name == "word/theme/theme1.xml":
        for place, font in (("majorFont", _HEADING_FONT), ("minorFont", _TEXT_FONT)):
            xml = re.sub(rf'(<a:{place}>\s*<a:latin typeface=")[^"]*', rf"\g<1>{font}", xml)
        return xml
    if name != "word/styles.xml":
        return xml
    xml = _WORD_LINK.sub(rf'\g<1>"{_ACCENT}"', xml)
    xml = _WORD_HEADING.sub(lambda found: _coloured(found[1]), xml)
    return _WORD_TABLE.sub(lambda found: found[1] + _BORDERS + found[3], xml)


def _apart(xml: str) -> str:
    """The largest headings of Word, or of an OpenDocument, at the top of a page."""
    xml = _WORD_CHAPTER.sub(r"\g<1><w:pageBreakBefore/>", xml)
    return _OPEN_CHAPTER.sub(r'\g<1><style:paragraph-properties fo:break-before="page"/>', xml)


def _coloured(style: str) -> str:
    style = re.sub(r' w:theme(?:Color|Shade|Tint)="[^"]*"', "", style)
    return re.sub(r'(<w:color w:val=")[^"]*', rf"\g<1>{_INK}", style)


def _open_document(name: str, xml: str) -> str:
    if name != "styles.xml":
        return xml
    return re.sub(r'(svg:font-family=")[^"]*(")', rf"\g<1>{_TEXT_FONT}\g<2>", xml)


def in_style(epub: bytes, *, cover: bool = False) -> bytes:
    """An e-book with our style sheet in place of pandoc's, which in its sandbox takes no other.

    ``cover``: its first picture is its cover, which shelves of e-readers show.
    """

    def changed(name: str, data: bytes) -> bytes:
        if name.endswith("/stylesheet1.css"):
            return _EPUB.encode()
        if cover and name.endswith("/content.opf"):
            return _FIRST_PICTURE.sub(rb'\1 properties="cover-image"', data, count=1)
        return data

    return _rewritten(epub, changed)


def _rewritten(archive: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same parts in the same order, each as ``change`` gives it."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(archive)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part, change(part.filename, old.read(part)))
    return out.getvalue()
