"""Git LFS by its real client: what a clone points to comes with it, for who may have that clone."""

import json
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.files.bad_buckets import Between, between
from tests.web.git.client import RESTRICTED, Place, add, git, run
from wiki.config import load_settings
from wiki.editing.files import attach
from wiki.editing.receiving.pointers import check_pointer
from wiki.errors import BadUpload
from wiki.files.object_store import ObjectStore, measure
from wiki.instance import close_instance, open_instance
from wiki.jobs.object_sweep import sweep
from wiki.parts.creation import found
from wiki.people.accounts import add_person
from wiki.people.accounts.access_tokens import issue
from wiki.reading import Reader
from wiki.repository.objects import object_hash
from wiki.testing import PASSWORD, ForkServer, Server

SCAN, SECRET = b"%PDF-1.7\n" + b"x" * 5000 + b"%%EOF\n", b"%PDF-1.7\n" + b"y" * 5000 + b"%%EOF\n"


@pytest.fixture
def line(bucket: dict[str, Any]) -> Iterator[Between]:
    """What the bucket is reached by."""
    with between(bucket["object_store_endpoint"]) as line:
        yield line


@pytest.fixture
def place(
    tmp_path: Path, fork_server: ForkServer, bucket: dict[str, Any], line: Between
) -> Iterator[Place]:
    """A wiki with an open file and a closed one in a bucket."""
    bucket = {**bucket, "object_store_endpoint": line.url}
    folder = tmp_path / "instance"
    found(load_settings(folder, environ={}), empty=True)
    lines = [f"{name} = {json.dumps(value)}" for name, value in bucket.items()]
    lines += ["max_upload = 200000", "uploads_per_day = 60000"]
    (folder / "wiki.toml").write_text("\n".join([*lines, ""]))
    instance = open_instance(load_settings(folder, environ={}))
    admin, member = (
        add_person(
            instance.private,
            email=f"{name}@example.org",
            name=name,
            role=role,
            password=PASSWORD,
            lang="en",
        )
        for name, role in (("ada", "admin"), ("mem", "member"))
    )
    tokens = {
        name: issue(instance.private, one.id, name="git", scopes=["git"], days=1)
        for name, one in (("git", admin), ("member", member))
    }
    server = Server(fork_server, folder)
    made = Place(server, instance, admin, member, tmp_path, tokens)
    made.write({"index.md": "# Accueil\n", "a.md": "# A\n", "clos.md": RESTRICTED})
    attach(Reader(instance, admin), "a", "plan.pdf", SCAN)
    attach(Reader(instance, admin), "clos", "plan.pdf", SECRET)
    yield made
    server.stop()
    close_instance(instance)


def ask(place: Place, address: str, operation: str, *files: bytes) -> Any:
    objects = [{"oid": sha256(one).hexdigest(), "size": len(one)} for one in files]
    return ask_about(place, address, operation, objects)


def ask_about(place: Place, address: str, operation: str, objects: list[Any]) -> Any:
    asked = Request(  # noqa: S310 - ours, on loopback
        place.server.url + address + "/info/lfs/objects/batch",
        json.dumps({"operation": operation, "objects": objects}).encode(),
        {"Content-Type": "application/vnd.git-lfs+json", "Accept-Language": "en"},
    )
    try:
        with urlopen(asked) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.skipif(which("git-lfs") is None, reason="git-lfs is not installed")
def test_a_clone_gets_what_it_points_to(place: Place, tmp_path: Path) -> None:
    for name, address, files in (
        ("public", place.url("/wiki.git"), {"a/plan.pdf": SCAN}),
        ("whole", place.whole(), {"a/plan.pdf": SCAN, "clos/plan.pdf": SECRET}),
    ):
        git(tmp_path, "clone", "-q", address, name)
        clone = tmp_path / name
        assert b"oid sha256" in (clone / "a/plan.pdf").read_bytes()
        git(clone, "lfs", "install", "--local")
        names = git(clone, "lfs", "ls-files", "-n").splitlines()
        assert names == list(files)
        lines = [f"{one} filter=lfs diff=lfs merge=lfs -text\n" for one in names]
        (clone / ".git/info/attributes").write_text("".join(lines))
        git(clone, "lfs", "pull")
        for file, data in files.items():
            assert (clone / file).read_bytes() == data
        assert git(clone, "status", "--short") == ""


def test_what_is_closed_is_not_told_from_nothing(place: Place) -> None:
    status, said = ask(place, "/wiki.git", "download", SCAN, SECRET, b"nothing")
    assert status == 200
    (there, *others) = said["objects"]
    href = there["actions"]["download"]["href"]
    with urlopen(href) as answer:  # noqa: S310
        assert answer.read() == SCAN
    assert [one["error"]["code"] for one in others] == [404, 404]
    with (
        pytest.raises(HTTPError) as refused,
        urlopen(  # noqa: S310
            href.replace(there["oid"], others[0]["oid"]).replace(str(len(SCAN)), str(len(SECRET)))
        ),
    ):
        pass
    with refused.value as error:
        assert error.code == 404
    assert ask(place, "/-/git/all.git", "download", SECRET)[0] == 401
    place.write({"a.md": RESTRICTED})
    _status, said = ask(place, "/wiki.git", "download", SCAN)
    assert said["objects"][0]["error"]["code"] == 404
    with pytest.raises(HTTPError) as closed, urlopen(href):  # noqa: S310
        pass
    with closed.value as error:
        assert error.code == 404
    for address in ("/wiki.git", "/standard.git"):
        status, said = ask(place, address, "upload", b"new")
        assert status == 403 and "/-/git/all.git" in said["message"]
    assert ask(place, "/-/git/all.git", "upload", b"new")[0] == 401


def test_a_page_that_is_written_as_a_pointer_is_no_file(place: Place) -> None:
    """Who knows the sum of a closed file writes it into an open page: nothing comes of it."""
    pointer = measure(BytesIO(SECRET))
    place.write({"b.md": pointer.text.decode()})
    assert place.instance.repository.read("b.md", place.instance.repository.head()) is not None
    for address in ("/wiki.git", "/standard.git"):
        _status, said = ask(place, address, "download", SECRET)
        assert said["objects"][0]["error"]["code"] == 404
        href = f"{place.server.url}{address}/info/lfs/objects/{pointer.oid}/{pointer.size}"
        with pytest.raises(HTTPError) as refused, urlopen(href):  # noqa: S310
            pass
        with refused.value as error:
            assert error.code == 404
    with pytest.raises(BadUpload):
        check_pointer(
            Reader(place.instance, None), "b.pdf", object_hash("blob", pointer.text), pointer.text
        )
    # What was open, and is gone by now, is still of the history that everyone may clone.
    place.write({"a/plan.pdf": None})
    _status, said = ask(place, "/wiki.git", "download", SCAN)
    assert "actions" in said["objects"][0]


def test_a_size_that_is_none_is_refused(place: Place) -> None:
    oid = sha256(SCAN).hexdigest()
    for size in (float("inf"), float("nan"), 1.5, True, str(len(SCAN)), -1, None):
        answer = ask_about(place, "/wiki.git", "download", [{"oid": oid, "size": size}])
        assert answer == (400, {"message": "Only git-lfs can read here."}), size


def test_a_pointer_is_pushed_only_beside_what_one_may_read(place: Place, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", place.whole(), "mine")
    mine = tmp_path / "mine"
    moved = (mine / "a/plan.pdf").read_bytes()
    git(mine, "mv", "a/plan.pdf", "a/plan-2.pdf")
    add(mine, {})
    done = run(mine, "push")
    assert done.returncode == 0, done.stderr
    nothing = moved.replace(moved[55:60], b"00000")
    add(mine, {"a/autre.pdf": nothing})
    refused = run(mine, "push")
    assert refused.returncode and "Git LFS" in refused.stderr
    # One who may not read the page is given nothing for knowing the sum of a file there.
    closed = (mine / "clos/plan.pdf").read_bytes()
    outsider = Reader(place.instance, None)
    assert check_pointer(outsider, "a/b.pdf", object_hash("blob", moved), moved)
    with pytest.raises(BadUpload):
        check_pointer(outsider, "a/b.pdf", object_hash("blob", closed), closed)


@pytest.fixture
def clone(place: Place, tmp_path: Path) -> Path:
    """A clone whose PDF files git-lfs sends."""
    if which("git-lfs") is None:
        pytest.skip("git-lfs is not installed")
    git(tmp_path, "clone", "-q", place.whole(), "mine")
    clone = tmp_path / "mine"
    git(clone, "lfs", "install", "--local")
    (clone / ".git/info/attributes").write_text("*.pdf filter=lfs diff=lfs merge=lfs -text\n")
    return clone


def send(place: Place, data: bytes, *, whose: str = "git", size: int | None = None) -> int:
    """The status of what git-lfs would be answered for a file that it sends."""
    size = len(data) if size is None else size
    who = b64encode(f"x:{place.tokens[whose]}".encode()).decode()
    asked = Request(  # noqa: S310 - ours, on loopback
        f"{place.server.url}/-/git/all.git/info/lfs/objects/{sha256(data).hexdigest()}/{size}",
        data,
        {"Authorization": f"Basic {who}", "Content-Type": "application/octet-stream"},
        method="PUT",
    )
    try:
        with urlopen(asked) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def test_a_push_brings_large_files(place: Place, clone: Path) -> None:
    store, repository = place.instance.objects, place.instance.repository
    assert isinstance(store, ObjectStore)
    plan = SCAN + b"% neuf"
    add(clone, {"a/neuf.pdf": plan})
    # git-lfs has its way even where somebody else was first, and sends nothing twice.
    place.write({"a.md": RESTRICTED})
    behind = run(clone, "push")
    place.write({"a.md": "# A\n"})
    assert behind.returncode and "git pull" in behind.stderr
    sent = [one for one in store.objects() if one.sent_by]
    git(clone, "pull", "-q", "--rebase")
    done = run(clone, "push")
    assert done.returncode == 0, done.stderr
    assert "locking" not in done.stdout + done.stderr
    assert [one for one in store.objects() if one.sent_by] == sent != []
    found = repository.read("a/neuf.pdf", repository.head())
    assert found is not None and found.data == measure(BytesIO(plan)).text
    with urlopen(place.server.url + "/a/neuf.pdf") as answer:  # noqa: S310
        assert answer.read() == plan
    # What a push has named stays, and what was sent is gone.
    assert sweep(place.instance, store, at_once=True).named == 3
    assert not [one for one in store.objects() if one.sent_by]
    git(clone, "mv", "a/neuf.pdf", "a/autre.pdf")
    add(clone, {})
    assert run(clone, "push").returncode == 0
    assert store.read(measure(BytesIO(plan)), 100_000) == plan


def test_what_a_push_may_not_bring_is_said(place: Place, clone: Path) -> None:
    store, head = place.instance.objects, place.instance.repository.head()
    assert isinstance(store, ObjectStore)

    def refused(files: dict[str, str | bytes], *words: str) -> str:
        git(clone, "reset", "-q", "--hard", "origin/main")
        add(clone, files)
        done = run(clone, *words, "push")
        assert done.returncode and place.instance.repository.head() == head
        return done.stderr

    page = SCAN.replace(b"%PDF-1.7", b"<html>!!")
    assert "a/faux.pdf: This file is not what its name says" in refused({"a/faux.pdf": page})
    assert "You can add 0.1 MB of files a day" in refused({"a/b.pdf": SCAN + bytes(60_000)})
    assert "and 200000 are the most" in refused({"a/b.pdf": SCAN + bytes(300_000)})
    attributes = refused({".gitattributes": "*.pdf filter=lfs\n"}).replace("\nremote: ", " ")
    assert "Put its lines into .git/info/attributes" in attributes
    # Another has sent those bytes: a sum is no key for what they have not shown to anyone.
    theirs = SCAN + b"% d'une autre"
    pointer = store.put(BytesIO(theirs), place.member.id)
    by_hand = ("-c", "core.hooksPath=/dev/null")
    assert "git lfs push origin main" in refused({"a/vol.csv": pointer.text}, *by_hand)
    # Without its hook git-lfs sends nothing; what the sentence says mends it.
    assert "git lfs push origin main" in refused({"a/neuf.pdf": SCAN + b"% neuf"}, *by_hand)
    git(clone, "lfs", "push", "origin", "main")
    assert run(clone, *by_hand, "push").returncode == 0


def test_only_who_may_push_sends_and_only_what_was_announced(place: Place) -> None:
    store = place.instance.objects
    assert isinstance(store, ObjectStore)
    before = list(store.objects())
    assert send(place, b"x" * 100, whose="member") == 403
    assert send(place, b"x" * 100, size=99) == 400
    assert send(place, b"", size=1 << 40) == 413
    assert send(place, b"x" * 300_000) == 413
    assert list(store.objects()) == before
    assert send(place, b"x" * 100) == 200
    (sent,) = (one for one in store.objects() if one.sent_by)
    assert (sent.sent_by, sent.pointer.size) == (place.admin.id, 100)


def test_what_is_sent_again_counts_once(place: Place, line: Between) -> None:
    """A day has room for one such file, and git-lfs sends it again where it got no answer."""
    line.mood = "full"
    assert send(place, b"x" * 40_000) == 503
    line.mood = ""
    assert [send(place, b"x" * 40_000) for _time in range(2)] == [200, 200]
    assert send(place, b"y" * 40_000) == 413
