"""Pushes of any kind: taken whole and sound, or refused with the branch as it was."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha1
from typing import TYPE_CHECKING
from zlib import compress

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from wiki.people.accounts.access_tokens import issue
from wiki.repository.process import run
from wiki.repository.remote.protocol import packet
from wiki.testing import Place

from .material import WORDS, fuzzed, spoilt
from .quiet import quiet

if TYPE_CHECKING:
    from wiki.instance import Instance

RECEIVE = "/-/git/all.git/git-receive-pack"
UPLOAD = "/wiki.git/git-upload-pack"
COMMIT, TREE, BLOB, TAG = 1, 2, 3, 4
_KINDS = {COMMIT: b"commit", TREE: b"tree", BLOB: b"blob", TAG: b"tag"}
_ZEROS = "0" * 40
NAMES = [
    b"a.md",
    b"index.md",
    b"lien.md",
    b"..",
    b".",
    b".git",
    b".GIT",
    b"git~1",
    b".gitmodules",
    b".gitattributes",
    b"a/b.md",
    b"-x.md",
    b"con.md",
    b"A.md",
    b"a .md",
    b"\xff.md",
    b"e\xcc\x81.md",
    b"\xc3\xa9.md",
    b"a\nb.md",
    b"wiki.git",
    b"a" * 300 + b".md",
    b"a\\b.md",
    b".mailmap",
    b"x.exe",
    b"\xe2\x80\xaea.md",
    b"\xe2\x80\x8c.git",
    b"a:b.md",
]
MODES = [
    b"100644",
    b"100644",
    b"100755",
    b"120000",
    b"160000",
    b"40000",
    b"040000",
    b"100664",
    b"7",
    b"0",
]
TEXTS = [
    b"# A\n",
    b"",
    b"\0" * 9,
    b"\xff\xfe",
    b"../../etc/passwd",
    b"---\nvisibility: team\n---\n# X\n",
    b"---\nteam: [[[personnes/x]]]\neditors: team\n",
    b'[submodule "x"]\n\tpath = -x\n\turl = ext::sh\n',
    b"* filter=x\n",
    b"::: besoins\n- [ ] Un {#b-aaaaaaaa}\n",
    b"a" * 70_000,
    b"- [ ] x\r\n" * 400,
]
REFS = [
    b"refs/heads/main",
    b"refs/heads/main",
    b"refs/heads/main",
    b"refs/heads/other",
    b"refs/tags/v1",
    b"refs/notes/x",
    b"refs/replace/" + b"a" * 40,
    b"HEAD",
    b"refs/heads/../main",
    b"refs/heads/\xff",
    b"refs/aside/x",
    b"main",
    b"",
    b"refs/heads/main.lock",
    b"refs/imports/x",
    b"refs/heads/a b",
    b"refs/heads/main\nrefs/heads/x",
]


class Pack:
    """Objects, as git sends them."""

    def __init__(self) -> None:
        self.objects: list[bytes] = []

    def add(self, kind: int, data: bytes) -> bytes:
        """Its id, in hexadecimal digits."""
        size, head = len(data) >> 4, bytearray([kind << 4 | len(data) & 15])
        while size:
            head[-1] |= 128
            head.append(size & 127)
            size >>= 7
        self.objects.append(bytes(head) + compress(data))
        said = b"%s %d\0" % (_KINDS[kind], len(data))
        return sha1(said + data, usedforsecurity=False).hexdigest().encode()

    def whole(self) -> bytes:
        """The file of it."""
        data = b"PACK" + (2).to_bytes(4, "big") + len(self.objects).to_bytes(4, "big")
        data += b"".join(self.objects)
        return data + sha1(data, usedforsecurity=False).digest()


@pytest.fixture(scope="module")
def place(shared_wiki: "tuple[Instance, Flask]") -> Iterator[Place]:
    made = Place(*shared_wiki)
    made.write({"index.md": "# Accueil\n", "lien.md": "# Lien\n", "projets/lora.md": "# LoRa\n"})
    made.person("Admin", "admin")
    yield made


@pytest.fixture(scope="module")
def granted(place: Place) -> dict[str, str]:
    """The header of somebody who may push."""
    person = place.people["admin"].id
    secret = issue(place.instance.private, person, name="x", scopes=("git",), days=None)
    return {"Authorization": f"Basic {b64encode(f'x:{secret}'.encode()).decode()}"}


@st.composite
def pushes(draw: st.DrawFn, head: str) -> bytes:
    """A push onto ``head``: a commit of files of any name and kind, perhaps spoilt on its way."""
    pack = Pack()
    entries = draw(
        st.lists(st.tuples(st.sampled_from(MODES), st.sampled_from(NAMES)), min_size=1, max_size=3)
    )
    lines = []
    for mode, name in entries:
        id = pack.add(BLOB, draw(st.sampled_from(TEXTS)))
        if mode in (b"40000", b"040000"):
            inner = b"100644 %s\0%s" % (draw(st.sampled_from(NAMES)), bytes.fromhex(id.decode()))
            id = pack.add(TREE, inner * draw(st.sampled_from([1, 1, 2])))
        lines.append(b"%s %s\0%s" % (mode, name, bytes.fromhex(id.decode())))
    tree = pack.add(TREE, b"".join(sorted(lines) if draw(st.booleans()) else lines))
    who = draw(
        st.sampled_from(
            [
                b"Une <main@people.invalid> 1800000000 +0000",
                b"<> -1 +9999",
                b"A <b\0> 9999999999999999999 +0000",
            ]
        )
    )
    parent = draw(st.sampled_from([head, head, head, _ZEROS, "f" * 40])).encode()
    message = draw(st.sampled_from(WORDS)).encode("utf-8", "surrogatepass")
    said = b"tree %s\nparent %s\nauthor %s\ncommitter %s\n\n%s" % (tree, parent, who, who, message)
    new = pack.add(COMMIT, said)
    ref = draw(st.sampled_from(REFS))
    old = draw(st.sampled_from([head, head, head, _ZEROS, "f" * 40])).encode()
    end = draw(st.sampled_from([new, new, new, _ZEROS.encode(), tree]))
    wanted = b"\0 report-status" + draw(
        st.sampled_from([b"", b" side-band-64k", b" atomic push-options", b" push-cert=x"])
    )
    body = packet(b"%s %s %s%s" % (old, end, ref, wanted)) + b"0000" + pack.whole()
    return draw(
        st.one_of(
            st.just(body),
            st.just(body),
            spoilt([body], [b"0000", b"PACK", b"ffff", b"\x7f" + b"\xff" * 8]),
        )
    )


@fuzzed(8)
@given(st.data())
def test_any_push_is_taken_whole_or_leaves_all_as_it_was(
    place: Place, granted: dict[str, str], data: st.DataObject
) -> None:
    repository = place.instance.repository
    head = repository.head()
    body = data.draw(pushes(head))
    with quiet():
        answer = place.app.test_client().post(
            RECEIVE,
            data=body,
            headers=granted,
            content_type="application/x-git-receive-pack-request",
        )
        said = answer.get_data()
        answer.close()
    assert answer.status_code < 500, said[-2_000:]
    now = repository.head()
    _status, refs = run(repository.folder, "for-each-ref", "--format=%(refname)")
    assert refs.split() == [b"refs/heads/main"]
    if now != head:
        status, told = run(
            repository.folder, "fsck", "--strict", "--no-dangling", accept=(0, 1, 2, 4)
        )
        assert status == 0, told
        _status, modes = run(repository.folder, "ls-tree", "-r", "-t", "-z", now)
        assert {line[:6] for line in modes.split(b"\0") if line} <= {b"100644", b"040000"}
        assert place.client().get("/lien").status_code in (200, 404)


@fuzzed(5)
@given(st.data())
def test_any_question_of_a_clone_is_answered(place: Place, data: st.DataObject) -> None:
    head = place.instance.repository.head()
    want, done = packet(b"want %s\n" % head.encode()), packet(b"done\n")
    fetch, refs = packet(b"command=fetch"), packet(b"command=ls-refs\n")
    whole = [
        packet(b"want %s multi_ack side-band-64k\n" % head.encode()) + b"0000" + done,
        refs + packet(b"agent=git/2") + b"0001" + packet(b"peel\n") + b"0000",
        fetch + b"0001" + want + done + b"0000",
    ]
    body = data.draw(
        spoilt(whole, [b"0000", b"0001", b"0002", b"filter blob:none", b"deepen 1", b"f" * 40])
    )
    headers = {
        "Git-Protocol": data.draw(st.sampled_from(["version=2", "version=1", "version=9", "x"]))
    }
    if data.draw(st.booleans()):
        headers["Content-Encoding"] = "gzip"
    with quiet():
        answer = place.app.test_client().post(
            UPLOAD, data=body, headers=headers, content_type="application/x-git-upload-pack-request"
        )
        answer.get_data()
        answer.close()
    assert answer.status_code < 500
