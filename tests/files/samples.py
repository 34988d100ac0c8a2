"""Small files made for the tests: honest ones, and ones that are not what they say."""

import zipfile
from io import BytesIO

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4" fill="red"/></svg>'


def picture(format: str, size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    """A picture with a little of everything in it."""
    image = Image.new("RGB", size, (200, 90, 30))
    image.paste((10, 60, 120), (0, 0, size[0] // 2, size[1] // 2))
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def located(orientation: int = 1) -> bytes:
    """A photograph whose EXIF says where and with what it was taken."""
    image = Image.new("RGB", (40, 20), "white")
    exif = image.getexif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 6.0, 30.0), 3: "W", 4: (1.0, 40.0, 12.0)})
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"SecretComment")
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP archive; ``mimetype`` is stored, as OpenDocument wants it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name), data, compress_type=kind)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """A document of Office Open XML, as far as we look."""
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<d/>", **more})


def odt(**more: bytes) -> bytes:
    """An OpenDocument text, as far as we look."""
    kind = b"application/vnd.oasis.opendocument.text"
    return archive({"mimetype": kind, "content.xml": b"<d/>", **more})
