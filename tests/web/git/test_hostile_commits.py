"""Every hostile commit is refused in a sentence, and the branch stays."""

from pathlib import Path

import pytest

from tests.web.git.client import Place, add, git, run
from tests.web.git.hostile import Entry, blob, hostile, text, tree
from wiki.editing.receiving import check_incoming
from wiki.errors import Forbidden
from wiki.reading import Reader
from wiki.repository.remote.push import overlaid
from wiki.translation import use_language


@pytest.mark.parametrize(
    ("refspec", "words"),
    [
        (":main", "The branch main cannot be deleted"),
        ("HEAD:refs/heads/autre", "The wiki has one branch, main"),
        ("HEAD:refs/notes/x", "The wiki has one branch, main"),
        ("HEAD:refs/replace/x", "The wiki has one branch, main"),
        ("HEAD:refs/imports/x", "deny updating a hidden ref"),
        ("+HEAD~1:main", "The wiki holds changes that you do not have"),
    ],
)
def test_other_refs_and_rewritten_history(
    place: Place, shared: Path, refspec: str, words: str
) -> None:
    head = place.instance.repository.head()
    refused = run(shared, "push", "origin", refspec)
    assert refused.returncode
    assert words in refused.stderr
    assert place.instance.repository.head() == head
    refs = git(
        place.instance.repository.folder, "--git-dir=.", "for-each-ref", "--format=%(refname)"
    )
    assert refs == "refs/heads/main"


_PNG_IN_NAME = b"ceci n'est pas une image"


HOSTILE: list[tuple[str, Entry, bytes, str]] = [
    ("symlink", (b"120000", b"lien.md", text(b"a.md")), b"", "symbolic links are not taken"),
    ("gitlink", (b"160000", b"module", lambda _c: "1" * 40), b"", "submodules are not taken"),
    ("program", (b"100755", b"b.md", text()), b"", "executable files are not taken"),
    ("dotdot", (b"100644", b"..", text()), b"dossier", "could harm those who clone"),
    ("dot git", (b"100644", b"config", text()), b".git", "could harm those who clone"),
    ("dot GIT", (b"100644", b"config", text()), b".GIT", "could harm those who clone"),
    ("markdown", (b"100644", b"b.markdown", text()), b"", "git mv b.markdown b.md"),
    ("MD", (b"100644", b"B.MD", text()), b"", "git mv B.MD B.md"),
    ("attributes", (b"100644", b".gitattributes", text()), b"", "could harm those who clone"),
    ("modules", (b"100644", b".gitmodules", text()), b"", "could harm those who clone"),
    ("case", (b"100644", b"A.md", text()), b"", "on many machines its name is that of a.md"),
    ("folder case", (b"100644", b"y.txt", text(b"un\n")), b"A", "its name is that of a"),
    ("NFD", (b"100644", "e\u0301.md".encode(), text()), b"", "accents in the name"),
    ("latin-1", (b"100644", b"\xe9.md", text()), b"", "is not written in UTF-8"),
    ("control", (b"100644", b"a\x1b[2J.md", text()), b"", "cannot be seen"),
    ("newline", (b"100644", b"a\nb.md", text()), b"", "cannot be seen"),
    ("bidi", (b"100644", "a\u202edm.exe.md".encode(), text()), b"", "cannot be seen"),
    ("backslash", (b"100644", b"a\\b.md", text()), b"", "no page or file of the wiki"),
    ("colon", (b"100644", b"c:x.md", text()), b"", "no page or file of the wiki"),
    ("device", (b"100644", b"con.md", text()), b"", "no page or file of the wiki"),
    ("hidden", (b"100644", b".cache", text()), b"", "no page or file of the wiki"),
    ("reserved", (b"100644", b"x.md", text()), b"-", "no page or file of the wiki"),
    ("two files", (b"100644", b"index.md", text()), b"a", "the same page stands in a.md"),
    ("broken text", (b"100644", b"t.md", text(b"# \xff\n")), b"", "not written in UTF-8"),
    ("NUL", (b"100644", b"t.md", text(b"# \0\n")), b"", "a NUL character"),
    ("large page", (b"100644", b"t.md", text(b"a" * 20_001)), b"", "larger than 20000 bytes"),
    ("bomb", (b"100644", b"t.txt", text(b"\0" * 6_000_000)), b"", "holds a file of 6000000"),
    ("no image", (b"100644", b"i.png", text(_PNG_IN_NAME)), b"", "not what its name says (png)"),
    (
        "program file",
        (b"100644", b"i.exe", text(b"MZ")),
        b"",
        "Files of this kind are not accepted",
    ),
    ("slash in name", (b"100644", b"a/b.md", text()), b"", "could not take this push as git sent"),
]


#: these meet git's own checks as well, or its wire
_SENT = {"symlink", "gitlink", "dotdot", "dot git", "dot GIT", "attributes", "modules"}


_SENT |= {"latin-1", "control", "large page", "bomb", "slash in name"}


@pytest.mark.parametrize(
    ("entry", "inside", "words"),
    [case[1:] for case in HOSTILE if case[0] not in _SENT],
    ids=[case[0] for case in HOSTILE if case[0] not in _SENT],
)
def test_a_hostile_commit_is_judged(
    place: Place, shared: Path, entry: Entry, inside: bytes, words: str
) -> None:
    """The check alone, as a push asks it."""
    repository = place.instance.repository
    made = hostile(shared, entry, inside)
    with use_language("en"), overlaid(repository, shared / ".git/objects", made) as incoming:
        reader = Reader(place.instance, place.admin)
        with pytest.raises(Forbidden) as refused:
            check_incoming(reader, incoming, repository.head(), made)
    assert words in refused.value.words
    assert refused.value.words.startswith(f"Commit {made[:8]}, ")
    assert refused.value.words.isprintable()


@pytest.mark.parametrize(
    ("entry", "inside", "words"),
    [case[1:] for case in HOSTILE if case[0] in _SENT],
    ids=[case[0] for case in HOSTILE if case[0] in _SENT],
)
def test_a_hostile_push_is_refused_in_a_sentence(
    place: Place, shared: Path, entry: Entry, inside: bytes, words: str
) -> None:
    head = place.instance.repository.head()
    made = hostile(shared, entry, inside)
    refused = run(shared, "push", "origin", f"{made}:main")
    assert refused.returncode
    assert words in refused.stderr.replace("\nremote: ", " ")
    assert place.instance.repository.head() == head
    if words.startswith(("symb", "subm", "exec", "could harm", "no page", "accents")):
        assert f"remote: Commit {made[:8]}" in refused.stderr
    assert "\x1b" not in refused.stderr
    assert "\u202e" not in refused.stderr


def test_an_early_commit_is_judged_as_well_as_the_last(place: Place, mine: Path) -> None:
    head = place.instance.repository.head()
    (mine / "lien").symlink_to("a.md")
    git(mine, "add", "-A")
    git(mine, "commit", "-q", "-m", "un lien")
    bad = git(mine, "rev-parse", "HEAD")
    (mine / "lien").unlink()
    add(mine, {"bon.md": "# Bon\n"}, "sans le lien")
    refused = run(mine, "push")
    assert f"Commit {bad[:8]}, lien: symbolic links are not taken" in refused.stderr
    assert place.instance.repository.head() == head


@pytest.mark.parametrize("role", ["AUTHOR", "COMMITTER"])
@pytest.mark.parametrize("by", ["alias", "address", "wiki"])
def test_nobody_signs_for_another(place: Place, shared: Path, role: str, by: str) -> None:
    mails = {
        "alias": place.member.alias,
        "address": "MEM@example.org",
        "wiki": "wiki@people.invalid",
    }
    (shared / "faux.md").write_text("# Faux\n")
    git(shared, "add", "-A")
    made = git(shared, "write-tree")
    person = {"AUTHOR": "author", "COMMITTER": "committer"}
    lines = [f"tree {made}", f"parent {git(shared, 'rev-parse', 'HEAD')}"]
    for key, word in person.items():
        mail = mails[by] if key == role else place.admin.alias
        lines.append(f"{word} Mem <{mail}> 1700000000 +0000")
    data = "\n".join([*lines, "", "faux\n"]).encode()
    id = git(shared, "hash-object", "-t", "commit", "-w", "--stdin", given=data)
    refused = run(shared, "push", "origin", f"{id}:main")
    assert refused.returncode
    assert f"Commit {id[:8]} bears the" in refused.stderr
    assert place.admin.alias in refused.stderr.replace("\nremote: ", "")


@pytest.mark.parametrize(
    ("depth", "words"), [(5, "changes more than 20000 files"), (12, "cannot read these commits")]
)
def test_a_bomb_of_folders_is_refused(place: Place, shared: Path, depth: int, words: str) -> None:
    """Some kilobytes, and more files than anyone can count."""
    head = place.instance.repository.head()
    id = tree(shared, [(b"100644", b"x.md", blob(shared, b"# X\n"))])
    for _ in range(depth):
        id = tree(shared, [(b"40000", b"d%d" % number, id) for number in range(10)])
    made = hostile(shared, (b"40000", b"zz", lambda _clone: id))
    refused = run(shared, "push", "origin", f"{made}:main")
    assert words in refused.stderr.replace("\nremote: ", " ")
    assert place.instance.repository.head() == head


def test_a_bomb_of_folders_is_refused_before_it_is_joined(place: Place, mine: Path) -> None:
    """Others have saved meanwhile, in one of its pages: it is counted before it is compared."""
    place.write({"zz/d0/d0/d0/d0/d0/x.md": "# Y\n"})
    id = tree(mine, [(b"100644", b"x.md", blob(mine, b"# X\n"))])
    for _ in range(5):
        id = tree(mine, [(b"40000", b"d%d" % number, id) for number in range(10)])
    head = place.instance.repository.head()
    made = hostile(mine, (b"40000", b"zz", lambda _clone: id))
    refused = run(mine, "push", "origin", f"{made}:main")
    assert "changes more than 20000 files" in refused.stderr.replace("\nremote: ", " ")
    assert place.instance.repository.head() == head


def test_words_that_read_differently_are_refused(place: Place, mine: Path) -> None:
    """Whoever decoded this would find nobody's address in it; whoever did not, another's."""
    add(mine, {"code.md": "# Code\n"})
    raw = git(mine, "cat-file", "commit", "HEAD").replace("ada@example.net", place.member.alias)
    raw = raw.replace("\n\n", "\nencoding UTF-16\n\n", 1) + "\n"
    id = git(mine, "hash-object", "-t", "commit", "-w", "--stdin", given=raw.encode())
    refused = run(mine, "push", "origin", f"{id}:main")
    assert "is not written in UTF-8: UTF-16" in refused.stderr
    assert place.instance.repository.head() != id


@pytest.mark.parametrize(
    ("message", "name", "parts"),
    [
        (b"x" * 10_001, "Ada", "message of commit {id} is longer than 10000 characters"),
        (b"court", "A" * 301, "Commit {id} bears a name or an address of more than 300"),
        (b"x" * 5_000_000, "Ada", "Commit {id} is larger than 100000 bytes without its files"),
    ],
    ids=["message", "name", "endless message"],
)
def test_endless_words_of_a_commit_are_refused(
    place: Place, shared: Path, message: bytes, name: str, parts: str
) -> None:
    head = place.instance.repository.head()
    tree_id = git(shared, "rev-parse", "HEAD^{tree}")
    who = f"{name} <ada@example.net> 1700000000 +0000"
    raw = f"tree {tree_id}\nparent {head}\nauthor {who}\ncommitter {who}\n\n".encode() + message
    id = git(shared, "hash-object", "-t", "commit", "-w", "--stdin", given=raw)
    refused = run(shared, "push", "origin", f"{id}:main")
    assert parts.format(id=id[:8]) in refused.stderr.replace("\nremote: ", " ")
    assert place.instance.repository.head() == head
