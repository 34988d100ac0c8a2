"""What no client would send, and what is too much: refused while it comes."""

import gzip
import os
import subprocess
from base64 import b64encode
from hashlib import sha1
from pathlib import Path
from urllib.request import Request, urlopen
from zlib import compress

import pytest
from sqlalchemy import delete

from tests.web.git.client import Place, add, git, refusal, run
from wiki.people.limits.quotas import count_upload
from wiki.people.models.counts import UploadRow
from wiki.repository.remote.protocol import packet


def test_too_large_a_push_is_told_while_it_is_sent(place: Place, mine: Path) -> None:
    huge = mine / "gros.txt"
    huge.write_bytes(os.urandom(5_000_000))
    git(mine, "-c", "core.compression=0", "add", "-A")
    git(mine, "commit", "-q", "-m", "gros")
    refused = run(mine, "-c", "pack.compression=0", "push")
    assert refused.returncode
    assert "This push is too large: 4000000 bytes" in refused.stderr


def test_a_push_takes_no_more_than_a_day_has_room_for(place: Place, mine: Path) -> None:
    """It counts with what one adds in the browser; what is refused counts for nothing."""
    private, most = place.instance.private, place.instance.settings.uploads_per_day
    private.execute(delete(UploadRow))  # of what others here have pushed
    count_upload(private, place.admin.id, most - 10_000, most)
    # Of hashes, which do not pack.
    words = "\n".join(sha1(str(number).encode()).hexdigest() for number in range(1_000))  # noqa: S324
    (mine / "gros.txt").write_text(words)
    git(mine, "add", "-A")
    git(mine, "commit", "-q", "-m", "gros")
    head = place.instance.repository.head()
    try:
        for _again in range(2):
            refused = run(mine, "push")
            assert refused.returncode
            assert "MB of files a day" in refused.stderr.replace("\nremote: ", " ")
            assert place.instance.repository.head() == head
        git(mine, "reset", "-q", "--hard", "HEAD~1")
        add(mine, {"petite.md": "# Petite\n"})
        done = run(mine, "push")
        assert done.returncode == 0, done.stderr
    finally:
        with private.session() as session:
            session.execute(delete(UploadRow))


@pytest.mark.parametrize(
    "path",
    [
        "/wiki.git/info/refs",
        "/wiki.git/info/refs?service=--x",
        "/wiki.git/info/refs?service=git-upload-archive",
        "/wiki.git/info/refs?service=git-upload-pack%0a",
        "/wiki.git/objects/info/alternates",
        "/wiki.git/HEAD",
        "/wiki.git/config",
        "/wiki.git/../content.git/info/refs?service=git-upload-pack",
        "/wiki.git/..%2f..%2fprivate.db",
        "/-/git/content.git/info/refs?service=git-upload-pack",
        "/-/git/all.git/../../x",
    ],
)
def test_odd_addresses_lead_nowhere(place: Place, path: str) -> None:
    assert refusal(place.server.url + path)[0] in (400, 404)


def test_a_bomb_of_a_question_is_cut_off(place: Place) -> None:
    bomb = gzip.compress(b"0" * 40_000_000)
    request = Request(place.url("/wiki.git/git-upload-pack"), data=bomb)  # noqa: S310
    request.add_header("Content-Type", "application/x-git-upload-pack-request")
    request.add_header("Content-Encoding", "gzip")
    assert refusal(request)[0] == 413


def send(place: Place, commands: list[bytes], pack: bytes) -> str:
    """What the wiki answers to a push that no client would send."""
    first, *others = commands
    body = (
        packet(first + b"\0 report-status side-band-64k")
        + b"".join(map(packet, others))
        + b"0000"
        + pack
    )
    token = b64encode(f"x:{place.tokens['git']}".encode()).decode()
    headers = {
        "Content-Type": "application/x-git-receive-pack-request",
        "Authorization": f"Basic {token}",
    }
    url = place.url("/-/git/all.git/git-receive-pack")
    with urlopen(Request(url, data=body, headers=headers)) as answer:  # noqa: S310
        return bytes(answer.read()).decode("utf-8", "replace")


def packed(clone: Path, tip: str) -> bytes:
    asked = f"{tip}\n^origin/main\n".encode()
    command = ["git", "pack-objects", "--revs", "--stdout", "-q"]
    return subprocess.run(command, cwd=clone, input=asked, capture_output=True, check=True).stdout


@pytest.mark.parametrize("how", ["twice", "a line break", "the end of the question", "form feed"])
def test_a_second_command_is_not_taken_unseen(place: Place, mine: Path, how: str) -> None:
    old = git(mine, "rev-parse", "HEAD")
    good = add(mine, {"sage.md": "# Sage\n"})
    (mine / "lien").symlink_to("a.md")
    bad = add(mine, {})
    names = {"a line break": "\nx", "the end of the question": "\n.", "form feed": "\x0c"}
    first = f"{old} {good} refs/heads/main{names.get(how, '')}"
    second = f"{good if how == 'twice' else old} {bad} refs/heads/main"
    answer = send(place, [first.encode(), second.encode()], packed(mine, bad))
    assert place.instance.repository.head() == old
    assert "othing of this push was taken" in answer


def test_a_signed_push_leaves_nothing(place: Place, mine: Path) -> None:
    old = git(mine, "rev-parse", "HEAD")
    new = add(mine, {"signee.md": "# Signee\n"})
    lines = [b"certificate version 0.1\n", b"pusher x 1 +0000\n", b"nonce x\n", b"\n"]
    lines += [f"{old} {new} refs/heads/main\n".encode(), b"-----BEGIN PGP SIGNATURE-----\n"]
    stored = place.instance.repository.folder / "objects"
    before = {path for path in stored.rglob("*") if path.is_file()}
    answer = send(place, [b"push-cert", *lines, b"push-cert-end\n"], packed(mine, new))
    assert "Signed pushes" in answer
    assert place.instance.repository.head() == old
    assert {path for path in stored.rglob("*") if path.is_file()} == before


def varint(number: int) -> bytes:
    parts = bytearray()
    while True:
        parts.append(number & 127 | (128 if number > 127 else 0))
        number >>= 7
        if not number:
            return bytes(parts)


def test_a_delta_that_asks_for_gigabytes_is_refused(place: Place, mine: Path) -> None:
    old = git(mine, "rev-parse", "HEAD")
    base = b"x" * 2000
    delta = varint(len(base)) + varint(3_000_000_000) + b"\x90\x01" * 10
    pack = b"PACK" + (2).to_bytes(4, "big") + (2).to_bytes(4, "big")
    pack += bytes([0xB0 | (len(base) & 15), len(base) >> 4]) + compress(base)
    pack += bytes([0xF0 | (len(delta) & 15), len(delta) >> 4])
    pack += sha1(b"blob 2000\0" + base, usedforsecurity=False).digest() + compress(delta)
    pack += sha1(pack, usedforsecurity=False).digest()
    answer = send(place, [f"{old} {'1' * 40} refs/heads/main".encode()], pack)
    assert "could not take this push" in answer
    assert place.instance.repository.head() == old
