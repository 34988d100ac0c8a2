"""Every codec name of Python, by every door that reads by a name which a stranger gave."""

import codecs
import socket
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from webencodings.labels import LABELS

from tests.codec_names import NAMES
from wiki.charsets import decode
from wiki.documents.read.child import parse
from wiki.errors import BadRequest
from wiki.outside.client import destination_of
from wiki.repository.commits import read_commit
from wiki.sandbox.functions import call_in_child
from wiki.sisters.calls import address_of

Answer = tuple[Mapping[str, Any], Sequence[bytes]]
#: what takes the square of it takes minutes; what takes time in proportion, a millisecond
LONG = b"a" * 120_000
LIMITS = {
    "max_upload": 25_000_000,
    "max_page": 1_000_000,
    "max_pixels": 1,
    "seconds": 1,
    "beside": False,
}


def ask_codecs(
    question: Mapping[str, Any], data: bytes
) -> tuple[Mapping[str, Any], Sequence[bytes]]:
    """In a child: which names Python itself finds a codec by there."""
    found = []
    for name in question["names"]:
        try:
            # also by the name that Python gives it itself
            found.append(codecs.lookup(codecs.lookup(name).name).name)
        except LookupError:
            continue
    return {"found": found, "read": data.decode("shift_jis")}, []


def test_python_names_are_read_only_where_browsers_know_them() -> None:
    read = set()
    for name in NAMES:
        try:
            decode(LONG, name, "replace")
            read.add(name)
        except LookupError:
            continue
    known = {one for one, name in LABELS.items() if name != "replacement"}
    assert read - {"UTF-8", " utf-8 "} == known


def test_no_codec_keeps_this_process_long() -> None:
    """Each of these took from half a minute to hours: the square of what was asked."""
    hosts, text = "\u4e00" * 20_000, b"a" * 1_000_000
    for work in (
        lambda: text.decode("punycode", "replace"),
        lambda: (b"xn--" + text).decode("idna"),
        lambda: hosts.encode("idna"),
        lambda: socket.getaddrinfo(hosts, 443),
    ):
        with pytest.raises(UnicodeError):
            work()
    assert "mél.example.org".encode("idna").decode("idna") == "mél.example.org"
    for call in (destination_of, address_of):
        with pytest.raises(BadRequest):
            call(f"https://{hosts[:7_000]}/")


def test_a_child_has_no_other_codec() -> None:
    names = [name for name in NAMES if name.isascii() and "\0" not in name]
    told, _parts = call_in_child(ask_codecs, {"names": names}, "été".encode(), seconds=20)
    found = set(told["found"])
    assert {"utf-8", "utf-16-le", "utf-16-be", "cp1252", "euc_jp", "koi8-r"} <= found
    refused = {"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}
    refused |= {
        "hex",
        "base64",
        "zlib",
        "bz2",
        "rot13",
        "quopri",
        "uu",
        "hz",
        "iso2022_kr",
        "utf-32",
    }
    assert not refused & found
    assert told["read"]


def test_a_text_that_says_any_of_them_is_read() -> None:
    for name in NAMES:
        meta = f"<meta charset={name}>\n".encode("utf-8", "surrogatepass")
        told, _parts = parse({"stem": "a", "extension": "md", **LIMITS}, meta + LONG[:2_000])
        assert "a" * 2_000 in told["text"], name


def test_a_commit_that_says_any_of_them_is_read() -> None:
    for name in NAMES:
        said = name.encode("utf-8", "surrogatepass").replace(b"\0", b"")
        head = b"author A <a@b> 0 +0000\nencoding " + said + b"\n\n"
        assert read_commit("0" * 40, head + LONG).message
