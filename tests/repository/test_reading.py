"""What stands at a commit: files, folders, commits, blame, whatever the names are."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from wiki.errors import NotFound, StorageFailed, TooLarge
from wiki.repository.commit import commit
from wiki.repository.objects import EMPTY, Author, decode
from wiki.repository.repository import Repository

Save = Callable[..., str]
Git = Callable[..., str]

HOSTILE = (
    "-x",
    "--output=/tmp/pwned",
    "--upload-pack=touch /tmp/pwned",
    ":/Un",
    "@{-1}",
    "HEAD",
    "main",
    "refs/heads/main",
    "HEAD^{tree}",
    "abcdef",  # too short
    "ABCDEF1234567",
    "0" * 41,
    "1234567\n",
    "1234567..89abcde",
    "",
    "é" * 40,
    "\0" * 40,
    "deadbeef" * 5,  # well formed, and of nobody
)


def test_an_empty_repository_answers_everything(repository: Repository) -> None:
    assert repository.head() == EMPTY
    assert repository.read("index.md", EMPTY) is None
    assert repository.entries("", EMPTY) == []
    assert list(repository.files(EMPTY)) == []
    assert repository.check() == []


def test_a_file_is_read_as_it_was(repository: Repository, save: Save) -> None:
    before = save({"projets/lora/index.md": b"un"})
    after = save({"projets/lora/index.md": b"deux"})
    for commit_, data in ((before, b"un"), (after, b"deux")):
        blob = repository.read("projets/lora/index.md", commit_)
        assert blob is not None
        assert blob.data == data
        assert repository.blob_id("projets/lora/index.md", commit_) == blob.id
        assert repository.read_blob(blob.id) == data


@pytest.mark.parametrize(
    "file",
    (
        *("nope.md", "projets", "", "/", "../x", "./index.md", "index.md/", "a\nb", "a\0b", "x\r"),
        *("-x", "\udcff", ":index.md", "index.md:", "HEAD", "projets/../index.md", "é" * 5000),
    ),
)
def test_a_name_that_is_no_file_is_none(repository: Repository, save: Save, file: str) -> None:
    head = save({"index.md": b"# Bonjour", "projets/a/index.md": b"a"})
    assert repository.read(file, head) is None
    assert repository.blob_id(file, head) is None
    # And the process that answers is still in step with the questions.
    blob = repository.read("index.md", head)
    assert blob is not None
    assert blob.data == b"# Bonjour"


@pytest.mark.parametrize("revision", HOSTILE)
def test_a_hostile_revision_is_refused_by_every_reader(
    repository: Repository, save: Save, revision: str
) -> None:
    head = save({"index.md": b"x"})
    if len(revision) != 40 or "dead" not in revision:
        for reader in (
            lambda: repository.read("index.md", revision),
            lambda: repository.blob_id("index.md", revision),
            lambda: repository.entries("", revision),
            lambda: list(repository.files(revision)),
            lambda: repository.blame("index.md", revision),
        ):
            with pytest.raises(NotFound):
                reader()
    with pytest.raises(NotFound):
        repository.resolve(revision)
    # What has the form of one is taken for something that the repository has lost.
    for asker in (repository.commit_info, repository.read_blob):
        with pytest.raises(StorageFailed if revision.startswith("deadbeef") else NotFound):
            asker(revision)
    assert not repository.is_ancestor(revision, head)
    assert not repository.is_ancestor(head, revision)


def test_a_revision_is_resolved_when_it_is_on_the_branch(
    repository: Repository, save: Save, git: Git
) -> None:
    first = save({"index.md": b"1"})
    second = save({"index.md": b"2"})
    assert repository.resolve(first[:7]) == first
    assert repository.resolve(second) == second
    # Not a commit, and not on the branch: neither is told from nothing.
    for other in (git("rev-parse", "main:index.md"), git("commit-tree", "main^{tree}", "-m", "x")):
        with pytest.raises(NotFound):
            repository.resolve(other)


def test_names_from_elsewhere_never_crash(repository: Repository, git: Git) -> None:
    blob = git("hash-object", "-w", "--stdin", given=b"text")
    names = [b"\xff\xfe.md", b"a\nb.md", b"tab\there.md", b" lead.md", "été.md".encode(), b"x\r"]
    listing = b"".join(b"100644 blob %s\t%s\0" % (blob.encode(), name) for name in names)
    inner = git("mktree", "-z", given=listing)
    # git's own tools refuse the entry "..", a hostile push does not ask them.
    raw = b"40000 ..\0" + bytes.fromhex(inner) + b"120000 link\0" + bytes.fromhex(blob)
    raw += b"160000 module\0" + bytes.fromhex(blob)
    outer = git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)
    tree = git(
        "mktree", "-z", given=f"040000 tree {outer}\todd\x00040000 tree {inner}\tdir\0".encode()
    )
    head = git("commit-tree", tree, "-m", "odd names")
    git("update-ref", "refs/heads/main", head)

    files = dict(repository.files(head))
    assert len(files) == 12
    assert {entry.name for entry in repository.entries("odd", head)} == {".."}
    entries = repository.entries("dir", head)
    assert len(entries) == len(names)
    assert all(repository.blob_size(entry.id) == 4 for entry in entries)
    for entry in entries:
        blob_read = repository.read(f"dir/{entry.name}", head)
        assert blob_read is not None, entry.name
        assert blob_read.data == b"text"


def test_a_folder_is_listed_in_pages(repository: Repository, save: Save) -> None:
    head = save(
        {f"projets/{number:03d}/index.md": b"x" for number in range(250)} | {"projets/z.md": b"12"}
    )
    seen: list[str] = []
    while batch := repository.entries("projets", head, after=seen[-1] if seen else "", limit=100):
        assert len(batch) <= 100
        seen += [entry.name for entry in batch]
    assert seen == [f"{number:03d}" for number in range(250)] + ["z.md"]
    last = repository.entries("projets", head, after="249")[0]
    assert (last.kind, repository.blob_size(last.id)) == ("file", 2)
    assert repository.entries("projets", head, limit=1)[0].kind == "folder"
    assert repository.entries("nowhere", head) == []


def test_what_looks_like_an_entry_inside_a_hash_is_none(repository: Repository, git: Git) -> None:
    blob = git("hash-object", "-w", "--stdin", given=b"text")
    hashed = (b"\1 b.md\0" * 3)[:20]
    raw = b"100644 a.md\0" + hashed + b"100644 b.md\0" + bytes.fromhex(blob)
    tree = git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)
    head = git("commit-tree", tree, "-m", "odd")
    assert repository.blob_id("b.md", head) == blob
    assert repository.blob_id("a.md", head) == hashed.hex()
    assert repository.blob_id("b.md\0", head) is None
    with pytest.raises(StorageFailed):
        repository.read("a.md", head)


def test_a_huge_file_is_told_before_it_is_read(repository: Repository, save: Save) -> None:
    head = save({"index.md": b"x" * 5000})
    with pytest.raises(TooLarge):
        repository.read("index.md", head, limit=4999)
    assert repository.read("index.md", head, limit=5000) is not None


def test_a_commit_tells_who_when_and_why(repository: Repository, save: Save) -> None:
    first = save({"index.md": b"1"})
    second = save({"index.md": b"2"}, "Une raison\n\nlongue : été")
    told = repository.commit_info(second)
    assert (told.author_name, told.author_mail) == ("Une porteuse", "k7x2@people.invalid")
    assert told.message == "Une raison\n\nlongue : été"
    assert told.parents == (first,)
    assert told.when.utcoffset() is not None


def test_a_commit_written_oddly_is_still_read(repository: Repository, git: Git) -> None:
    tree = git("hash-object", "-t", "tree", "-w", "--stdin")
    for head in (
        b"author Ren\xe9 <r@x> 1600000000 +0100\nencoding ISO-8859-1\n",
        b"author Ren\xc3\xa9 <r@x> 1600000000 +9999\n",
        b"author Ren\xc3\xa9 <r@x> 99999999999999999 +0000\nencoding no-such\n",
        b"author Ren\xc3\xa9 <r@x>\n",
    ):
        raw = b"tree %s\n%s\nbonjour\xff" % (tree.encode(), head)
        made = git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=raw)
        told = repository.commit_info(made)
        assert told.author_name == "René"
        assert told.message.startswith("bonjour")
        assert told.when.year in (1970, 2020)
    raw = b"tree %s\n\nx" % tree.encode()
    made = git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=raw)
    assert repository.commit_info(made).author_name == ""


def test_blame_names_each_line(repository: Repository, save: Save) -> None:
    first = save({"été.md": b"un\ndeux\n"})
    second = save({"été.md": "un\n\ttrois — é\r\n".encode()})
    lines = repository.blame("été.md", second)
    assert [(line.commit, line.line) for line in lines] == [(first, "un"), (second, "\ttrois — é")]
    assert {line.author_name for line in lines} == {"Une porteuse"}
    with pytest.raises(NotFound):
        repository.blame("nowhere.md", second)


def test_ancestors(repository: Repository, save: Save) -> None:
    first, second = save({"index.md": b"1"}), save({"index.md": b"2"})
    assert repository.is_ancestor(first, second)
    assert repository.is_ancestor(EMPTY, first)
    assert repository.is_ancestor(first, first)
    assert not repository.is_ancestor(second, first)
    assert not repository.is_ancestor(first, EMPTY)


def test_the_head_is_found_after_git_packed_it(
    repository: Repository, save: Save, git: Git
) -> None:
    head = save({"index.md": b"1"})
    git("pack-refs", "--all", "--no-prune")
    git("pack-refs", "--all")
    assert not (repository.folder / "refs/heads/main").exists()
    assert repository.head() == head
    assert save({"index.md": b"2"}) == repository.head() != head


@pytest.mark.parametrize("damage", [b"", b"\0" * 41, b"ref: refs/heads/other\n"])
def test_a_damaged_branch_is_told(repository: Repository, save: Save, damage: bytes) -> None:
    save({"index.md": b"1"})
    (repository.folder / "refs/heads/main").write_bytes(damage)
    with pytest.raises(StorageFailed):
        repository.head()
    assert repository.check()


def test_a_damaged_object_is_told_and_the_others_are_read(
    repository: Repository, save: Save, git: Git
) -> None:
    head = save({"index.md": b"good"})
    blob = git("hash-object", "-w", "--stdin", given=b"to be broken")
    path = repository.folder / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"no zlib at all")
    with pytest.raises(StorageFailed):
        repository.read_blob(blob)
    assert repository.read("index.md", head) is not None
    assert repository.check()


def test_what_is_read_ahead_needs_no_git(repository: Repository, save: Save) -> None:
    texts = {f"{number}.md": b"%d\n" % number * number for number in range(200)}
    head = save({**texts, "large.bin": b"x" * 2_500_000})
    blobs = dict(repository.files(head))
    repository.close()
    # What is missing, or too large to be kept, is passed over.
    repository.read_ahead(["0" * 40, blobs["large.bin"], *blobs.values(), *blobs.values()])
    repository.close()
    assert {file: repository.read_blob(blobs[file]) for file in texts} == texts
    assert _gits(repository) == []
    assert len(repository.read_blob(blobs["large.bin"])) == 2_500_000


def test_a_reader_survives_the_death_of_its_process(repository: Repository, save: Save) -> None:
    head = save({f"{name}.md": name.encode() for name in ("un", "deux", "trois")})
    assert repository.read("un.md", head) is not None
    for process in _gits(repository):
        os.kill(process, signal.SIGKILL)
    assert repository.read("deux.md", head) is not None
    repository.close()
    assert repository.read("trois.md", head) is not None


def test_threads_read_their_own_from_a_few_processes(repository: Repository, save: Save) -> None:
    # Too large to be remembered: each is asked of git.
    head = save({f"{number}.md": b"%d " % number * 60_000 for number in range(40)})

    def read_all(start: int) -> Iterator[bool]:
        for step in range(120):
            number = (start + step * 7) % 40
            blob = repository.read(f"{number}.md", head)
            yield blob is not None and blob.data == b"%d " % number * 60_000

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda start: all(read_all(start)), range(8)))
    assert 1 <= len(_gits(repository)) <= 2


def _gits(repository: Repository) -> list[int]:
    """The processes that read ``repository`` for this one."""
    pids: list[str] = []
    for children in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended since
            pids += children.read_text("ascii").split()
    here, found = f"GIT_DIR={repository.folder}\0".encode(), list[int]()
    for pid in pids:
        with suppress(OSError):  # of another test, and ended
            if here in Path(f"/proc/{pid}/environ").read_bytes():
                found.append(int(pid))
    return found


def test_packing_while_reading_and_writing_loses_nothing(
    repository: Repository, author: Author
) -> None:
    head = EMPTY
    for number in range(12):
        head = commit(repository, head, {f"{number}.md": b"%d" % number}, author, "x")
        if number % 4 == 3:
            repository.upkeep.start()
            assert repository.read("0.md", head) is not None
    repository.upkeep.wait()
    repository.upkeep.start()
    repository.upkeep.wait()
    packs = list((repository.folder / "objects/pack").glob("*.pack"))
    assert len(packs) < 12
    assert len(dict(repository.files(head))) == 12
    assert (repository.folder / "refs/heads/main").is_file()
    assert repository.check() == []


def test_decode_gives_clean_lines() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\xff") == "a\nb\nc\ufffd"


def test_a_symbolic_link_is_no_file_to_read(
    repository: Repository, save: Save, git: Git, author: Author
) -> None:
    save({"dossier/vrai.md": b"# Vrai\n", "vrai.md": b"# Vrai\n"})
    target = git("hash-object", "-w", "--stdin", given=b"vrai.md")
    git("read-tree", "main")
    for place in ("lien.md", "dossier/lien.md"):
        git("update-index", "--add", "--cacheinfo", f"120000,{target},{place}")
    git("update-index", "--add", "--cacheinfo", f"160000,{repository.head()},module")
    head = git("commit-tree", git("write-tree"), "-p", "main", "-m", "links")
    git("update-ref", "refs/heads/main", head)
    (repository.folder / "index").unlink()

    for place in ("lien.md", "dossier/lien.md"):
        assert repository.read(place, head) is None
        assert repository.blob_id(place, head) is None
        assert repository.stands(place, head) == ("blob", target)
    assert repository.read("dossier/vrai.md", head) is not None
    assert repository.read("vrai.md", head) is not None
    assert list(repository.irregular(head)) == [
        ("dossier/lien.md", "symbolic link"),
        ("lien.md", "symbolic link"),
        ("module", "submodule"),
    ]
    # A page can be written where the link was.
    new = commit(repository, head, {"lien.md": b"vrai.md"}, author, "A page")
    found = repository.read("lien.md", new)
    assert found is not None and found.data == b"vrai.md"
