"""git over HTTP, a real client and a real server: clone, fetch, push, and every hostile push."""

import gzip
import os
import re
import shutil
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen
from zlib import compress

import pytest
from sqlalchemy import delete

from wiki.config import load_settings
from wiki.config.look.values import picture_name
from wiki.editing.receiving import check_incoming
from wiki.errors import Forbidden
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.access import ALL
from wiki.parts.creation import found
from wiki.people.accounts import add_person, set_role
from wiki.people.accounts.access_tokens import issue
from wiki.people.limits.quotas import count_upload
from wiki.people.models.counts import UploadRow
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.repository.remote.protocol import packet
from wiki.repository.remote.push import overlaid
from wiki.testing import PASSWORD, ForkServer, Server
from wiki.translation import use_language

RESTRICTED = "---\nvisibility: members\n---\n# Secret\n\ncanari-restreint\n"

_LOGO = b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'


@dataclass
class Place:
    """A served wiki, and someone's folder to clone into."""

    server: Server
    instance: Instance
    admin: Person
    member: Person
    folder: Path
    tokens: dict[str, str]
    clones: dict[str, Path] = field(default_factory=dict)

    def url(self, path: str, user: str = "", secret: str = "") -> str:
        who = f"{quote(user, safe='')}:{quote(secret, safe='')}@" if user else ""
        return self.server.url.replace("http://", f"http://{who}") + path

    def whole(self, name: str = "git") -> str:
        return self.url("/-/git/all.git", "x", self.tokens[name])

    def write(self, files: dict[str, str | None], message: str = "by hand") -> str:
        changes = {name: text.encode() if text else None for name, text in files.items()}
        repository = self.instance.repository
        author = Author("Une main", "main@people.invalid")
        return commit(repository, repository.head(), changes, author, message)


def refusal(request: Request | str) -> tuple[int, str]:
    """Status and WWW-Authenticate of an answer that is a refusal."""
    with pytest.raises(HTTPError) as refused:
        urlopen(request)  # noqa: S310 - ours, on loopback
    with refused.value as answer:
        return answer.code, answer.headers.get("WWW-Authenticate", "")


def run(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": str(folder),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.protectNTFS",
        "GIT_CONFIG_VALUE_0": "false",
    }
    env |= {f"GIT_{role}_NAME": "Ada" for role in ("AUTHOR", "COMMITTER")}
    env |= {f"GIT_{role}_EMAIL": "ada@example.net" for role in ("AUTHOR", "COMMITTER")}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=env, input=given, capture_output=True, check=False
    )
    return subprocess.CompletedProcess(
        done.args,
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        # git fills a sideband line up with blanks
        "\n".join(line.rstrip() for line in done.stderr.decode("utf-8", "replace").splitlines()),
    )


def git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    done = run(folder, *arguments, given=given)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, fork_server: ForkServer) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("git")
    settings = load_settings(folder / "instance", environ={})
    found(settings, empty=True)
    (folder / "instance" / "wiki.toml").write_text(
        "max_page = 20000\nmax_upload = 50000\nmax_push = 4000000\n"
    )
    instance = open_instance(settings)
    database = instance.private
    admin = add_person(
        database, email="ada@example.org", name="Ada", role="admin", password=PASSWORD, lang="en"
    )
    member = add_person(database, email="mem@example.org", name="Mem", password=PASSWORD, lang="en")
    tokens = {
        "git": issue(database, admin.id, name="git", scopes=["git"], days=1),
        "read": issue(database, admin.id, name="read", scopes=["read", "write"], days=1),
        "member": issue(database, member.id, name="git", scopes=["git"], days=1),
    }
    server = Server(fork_server, folder / "instance")
    made = Place(server, instance, admin, member, folder, tokens)
    # Two commits, so that there is one to go back to whichever test comes first.
    made.write({"index.md": "# Accueil\n"})
    made.write({"a.md": "# A\n", "a/x.txt": "un\n"})
    yield made
    server.stop()
    close_instance(instance)


def cloned(place: Place, folder: Path) -> Path:
    git(folder, "clone", "-q", str(place.instance.repository.folder), "mine")
    git(folder / "mine", "remote", "set-url", "origin", place.whole())
    return folder / "mine"


@pytest.fixture
def mine(place: Place, tmp_path: Path) -> Path:
    """A clone of the whole, of which one pushes."""
    return cloned(place, tmp_path)


@pytest.fixture
def shared(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone for tests of which no push is taken: the same as long as nothing else is."""
    head = place.instance.repository.head()
    if head not in place.clones:
        place.clones[head] = cloned(place, tmp_path_factory.mktemp("shared"))
    return place.clones[head]


def add(clone: Path, files: dict[str, str | bytes], message: str = "Un pas") -> str:
    for name, text in files.items():
        path = clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", message)
    return git(clone, "rev-parse", "HEAD")


def test_everyone_clones_a_public_wiki_which_is_the_same_history(
    place: Place, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "-q", place.url("/wiki.git"), "clone")
    assert git(tmp_path / "clone", "rev-parse", "HEAD") == place.instance.repository.head()
    assert (tmp_path / "clone" / "a" / "x.txt").read_text() == "un\n"
    new = place.write({"a.md": "# A\n\nplus\n"})
    git(tmp_path / "clone", "pull", "-q")
    assert git(tmp_path / "clone", "rev-parse", "HEAD") == new
    git(tmp_path, "clone", "-q", "--depth=1", place.url("/wiki.git"), "shallow")
    assert git(tmp_path / "shallow", "rev-list", "--count", "HEAD") == "1"
    git(tmp_path, "clone", "-q", "--filter=blob:none", place.url("/wiki.git"), "partial")
    assert (tmp_path / "partial" / "a.md").is_file()
    for version in ("0", "1"):
        remote = place.url("/wiki.git")
        told = git(tmp_path, "-c", f"protocol.version={version}", "ls-remote", remote)
        assert told.split() == [new, "HEAD", new, "refs/heads/main"]


LINKED = """---
title: Le plan: la suite
---

[[index]] [[Le secret]] [[std/b|voir]] [fichier](x.txt) [a](/std/b) ![](x.txt =10x10)

::: besoins
- [ ] Un avis {#b-7k2qx9ma}

:::
"""


def test_a_clone_in_standard_markdown_has_links_that_lead_to_files(
    place: Place, tmp_path: Path
) -> None:
    place.write(
        {
            "std/a.md": LINKED,
            "std/x.txt": "x\n",
            "std/b.md": "# B\n\nceci-etait-public [[std/a]]\n",
            "std/secret.md": RESTRICTED.replace("# Secret", "# Le secret"),
        }
    )
    git(tmp_path, "clone", "-q", place.url("/standard.git"), "clone")
    clone = tmp_path / "clone"
    text = (clone / "std/a.md").read_text()
    assert text == (
        '---\ntitle: "Le plan: la suite"\n---\n\n[Accueil](../index.md) Le secret [voir](b.md)'
        " [fichier](x.txt) [a](b.md) ![](x.txt)\n\n**Besoins**\n\n- [ ] Un avis\n\n"
    )
    for page in clone.rglob("*.md"):
        for address in re.findall(r"\]\(([^)]*)\)", page.read_text()):
            assert address.startswith("http") or (page.parent / address).is_file()
    assert (clone / "README.md").read_text().startswith("# Accueil\n\n[Accueil](index.md)")
    first = git(clone, "rev-parse", "HEAD")
    # A state more is a commit more; what was closed is in no object of it.
    place.write({"std/a.md": "# A\n\n[[std/b]]\n"})
    git(clone, "pull", "-q")
    assert git(clone, "rev-parse", "HEAD~") == first
    assert (clone / "std/a.md").read_text() == "# A\n\n[B](b.md)\n"
    place.write({"std/b.md": "---\nvisibility: members\n---\n# B\n"})
    git(tmp_path, "clone", "-q", place.url("/standard.git"), "anew")
    assert (tmp_path / "anew/std/a.md").read_text() == "# A\n\nstd/b\n"
    index = place.instance.settings.instance / "index"
    for folder in (index / "standard.git", tmp_path / "anew/.git"):
        told = git(folder, "cat-file", "--batch-all-objects", "--batch")
        assert "Accueil" in told and "canari-restreint" not in told
        assert "ceci-etait-public" not in told and "std/secret" not in told
    assert len([*index.glob("standard-*")]) == 1
    refused = run(clone, "push", "origin", "HEAD:main")
    assert f"{place.server.url}/-/git/all.git" in refused.stderr
    with urlopen(place.url("/wiki.git")) as answer:  # noqa: S310 - ours, on loopback
        assert f"git clone {place.server.url}/standard.git" in answer.read().decode()


def test_a_push_to_the_public_history_is_told_where_to_go(place: Place, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", place.url("/wiki.git"), "clone")
    add(tmp_path / "clone", {"b.md": "# B\n"})
    refused = run(tmp_path / "clone", "push", "origin", "HEAD:main")
    assert refused.returncode
    assert "remote: On ne peut rien pousser ici." in refused.stderr
    assert f"{place.server.url}/-/git/all.git" in refused.stderr


def test_the_whole_is_for_those_who_may_read_all(place: Place, tmp_path: Path) -> None:
    whole = "/-/git/all.git"
    status, asked = refusal(place.url(f"{whole}/info/refs?service=git-upload-pack"))
    assert status == 401
    assert asked.startswith("Basic ")
    password = place.url(whole, "ada@example.org", PASSWORD)
    assert place.instance.repository.head() in git(tmp_path, "ls-remote", password)
    assert place.instance.repository.head() in git(tmp_path, "ls-remote", place.whole())
    narrow = run(tmp_path, "ls-remote", place.whole("read"))
    assert "This token is not good for git" in narrow.stderr
    assert narrow.returncode
    other = run(tmp_path, "ls-remote", place.whole("member"))
    assert "for those who may read all of the wiki" in other.stderr
    assert other.returncode
    wrong = run(tmp_path, "ls-remote", place.url(whole, "ada@example.org", "faux"))
    assert wrong.returncode
    assert "Authentication failed" in wrong.stderr


def test_an_expired_token_is_no_token(place: Place, tmp_path: Path) -> None:
    database = place.instance.private
    then = database.now
    database.now = lambda: datetime.now(UTC) - timedelta(days=3)
    try:
        place.tokens["old"] = issue(database, place.admin.id, name="o", scopes=["git"], days=1)
    finally:
        database.now = then
    refused = run(tmp_path, "ls-remote", place.whole("old"))
    assert refused.returncode
    assert "Authentication failed" in refused.stderr


def test_what_is_pushed_is_found_at_the_next_request(place: Place, mine: Path) -> None:
    place.instance.repository.head()
    pushed = add(mine, {"fraise.md": "# Fraise\n\nun mot rarissime : cucurbitacee\n"})
    done = run(mine, "push")
    assert done.returncode == 0, done.stderr
    assert place.instance.repository.head() == pushed
    with urlopen(f"{place.server.url}/-/search?q=cucurbitacee") as found:  # noqa: S310
        assert "Fraise" in found.read().decode()
    log = (place.instance.repository.folder / "logs" / "refs/heads/main").read_text()
    assert f"Ada <{place.admin.alias}>" in log.splitlines()[-1]


def test_settings_are_pushed_by_administrators_alone(place: Place, mine: Path) -> None:
    head = place.instance.repository.head()
    repository = place.instance.repository
    pushed = add(mine, {".carrefour.toml": 'site_name = "Le Verger"\n'})
    with use_language("en"), overlaid(repository, mine / ".git/objects", pushed) as incoming:
        member = Reader(place.instance, place.member, audience=frozenset({ALL}))
        with pytest.raises(Forbidden, match="Only administrators change the settings"):
            check_incoming(member, incoming, head, pushed, signed=False)
    assert run(mine, "push").returncode == 0
    assert place.instance.settings.site_name == "Le Verger"
    with urlopen(place.url("/a")) as answer:  # noqa: S310 - ours, on loopback
        assert "· Le Verger</title>" in answer.read().decode()
    for text, words in (
        ("site_name = \n", "cannot be read"),
        ('smtp_host = "x"\n', "smtp_host is no setting for this file"),
        ('lang = "de"\n', "lang: Please choose"),
    ):
        add(mine, {".carrefour.toml": text})
        refused = run(mine, "push")
        assert refused.returncode and words in refused.stderr.replace("\nremote: ", " ")
        git(mine, "reset", "-q", "--hard", pushed)
    (mine / ".carrefour.toml").unlink()
    add(mine, {})
    assert run(mine, "push").returncode == 0
    assert place.instance.settings.site_name == "Carrefour"


def test_a_look_is_pushed_by_administrators_and_can_be_read(place: Place, mine: Path) -> None:
    good = picture_name("logo", "svg", _LOGO)
    (mine / ".carrefour").mkdir()
    (mine / ".carrefour" / good).write_bytes(_LOGO)
    pushed = add(mine, {".carrefour/look.toml": f'accent = "#1f4f9e"\nlogo = "{good}"\n'})
    repository = place.instance.repository
    with use_language("en"), overlaid(repository, mine / ".git/objects", pushed) as incoming:
        member = Reader(place.instance, place.member, audience=frozenset({ALL}))
        with pytest.raises(Forbidden, match="Only administrators change the settings"):
            check_incoming(member, incoming, repository.head(), pushed, signed=False)
    assert run(mine, "push").returncode == 0
    with urlopen(place.url("/a")) as answer:  # noqa: S310 - ours, on loopback
        assert f"/-/look/{good}" in answer.read().decode()
    for file, text, words in (
        ("look.toml", 'accent = "#ffee00"\n', "has too little contrast on light grounds"),
        ("look.toml", '[[menu]]\nurl = "javascript:x"\nfr = "X"\n', "an address begins with /"),
        (good, _LOGO.decode().replace("<g/>", "<script/>"), "is not what its name says"),
        (good, _LOGO.decode() + " ", "ends with the SHA-256"),
        ("other.txt", "x", "can have this name"),
    ):
        add(mine, {f".carrefour/{file}": text})
        refused = run(mine, "push")
        assert refused.returncode and words in refused.stderr.replace("\nremote: ", " "), words
        git(mine, "reset", "-q", "--hard", pushed)


def test_needs_that_are_pushed_are_numbered(place: Place, mine: Path) -> None:
    text = "---\ntype: project\n---\n# P\n\n::: needs\n- Un soudeur #soudure\n:::\n"
    pushed = add(mine, {"projet.md": text})
    done = run(mine, "push")
    assert "has numbered the needs and offers of 1 page" in done.stderr
    git(mine, "pull", "-q")
    assert git(mine, "rev-parse", "HEAD~1") == pushed
    assert "{#" in (mine / "projet.md").read_text()


def test_ones_own_address_is_spoken_of(place: Place, mine: Path) -> None:
    (mine / "adresse.md").write_text("# Adresse\n")
    git(mine, "add", "-A")
    git(mine, "-c", "user.name=Ada", "commit", "-q", "--author", "A <ada@example.org>", "-m", "x")
    done = run(mine, "push")
    assert done.returncode == 0
    assert f"git config user.email {place.admin.alias}" in done.stderr


def test_whoever_is_behind_fetches_first(place: Place, mine: Path) -> None:
    place.write({"autre.md": "# Autre\n"})
    add(mine, {"mien.md": "# Mien\n"})
    head = place.instance.repository.head()
    assert run(mine, "push").returncode
    forced = run(mine, "push", "--force")
    assert "remote: The wiki holds changes that you do not have" in forced.stderr
    assert place.instance.repository.head() == head
    git(mine, "pull", "-q", "--rebase")
    assert run(mine, "push").returncode == 0


def test_who_loses_rights_while_a_push_waits_is_judged_anew(place: Place, mine: Path) -> None:
    repository, private = place.instance.repository, place.instance.private
    add_person(private, email="autre@example.org", name="Autre", role="admin", password=PASSWORD)
    add(mine, {"attend.md": "# Attend\n"})
    with ThreadPoolExecutor(1) as pool:
        with repository.lock():
            going = pool.submit(run, mine, "push")
            inode = os.fstat(repository.write_lock.file).st_ino
            until = time.monotonic() + 60
            while not re.search(rf"-> FLOCK .*:{inode} ", Path("/proc/locks").read_text()):
                assert time.monotonic() < until and not going.done()
                time.sleep(0.01)
            set_role(private, place.admin.id, "reader", by="")
        refused = going.result()
    set_role(private, place.admin.id, "admin", by="")
    assert "remote: The wiki holds changes that you do not have" in refused.stderr
    assert run(mine, "push").returncode == 0


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


def blob(clone: Path, data: bytes) -> str:
    return git(clone, "hash-object", "-w", "--stdin", given=data)


Entry = tuple[bytes, bytes, Callable[[Path], str]]


def hostile(clone: Path, entry: Entry, inside: bytes = b"") -> str:
    """A commit whose root, or folder ``inside``, holds one entry more, however odd."""
    mode, name, make = entry
    id = make(clone)
    if inside:
        id, mode, name = tree(clone, [(mode, name, id)]), b"40000", inside
    entries = []
    for line in git(clone, "ls-tree", "HEAD").splitlines():
        facts, _tab, known = line.partition("\t")
        if known.encode() != name:
            words = facts.split()
            entries.append((words[0].lstrip("0").encode(), known.encode(), words[2]))
    root = tree(clone, [*entries, (mode, name, id)])
    return git(clone, "commit-tree", root, "-p", "HEAD", "-m", "hostile")


def tree(clone: Path, entries: list[tuple[bytes, bytes, str]]) -> str:
    entries.sort(key=lambda one: one[1] + (b"/" if one[0] == b"40000" else b""))
    data = b"".join(b"%s %s\0" % (mode, name) + bytes.fromhex(id) for mode, name, id in entries)
    return git(clone, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=data)


def text(data: bytes = b"# Page\n") -> Callable[[Path], str]:
    return lambda clone: blob(clone, data)


_PNG_IN_NAME = b"ceci n'est pas une image"
HOSTILE: list[tuple[str, Entry, bytes, str]] = [
    ("symlink", (b"120000", b"lien.md", text(b"a.md")), b"", "symbolic links are not taken"),
    ("gitlink", (b"160000", b"module", lambda _c: "1" * 40), b"", "submodules are not taken"),
    ("program", (b"100755", b"b.md", text()), b"", "executable files are not taken"),
    ("dotdot", (b"100644", b"..", text()), b"dossier", "could harm those who clone"),
    ("dot git", (b"100644", b"config", text()), b".git", "could harm those who clone"),
    ("dot GIT", (b"100644", b"config", text()), b".GIT", "could harm those who clone"),
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


def want(id: str) -> bytes:
    question = packet(b"command=fetch\n") + packet(b"object-format=sha1") + b"0001"
    question += packet(b"no-progress\n") + packet(f"want {id}\n".encode()) + packet(b"done\n")
    return question + b"0000"


def ask(place: Place, id: str) -> bytes:
    """What the public history answers to one who asks for an object by its id, protocol 2."""
    request = Request(place.url("/wiki.git/git-upload-pack"), data=want(id))  # noqa: S310
    request.add_header("Content-Type", "application/x-git-upload-pack-request")
    request.add_header("Git-Protocol", "version=2")
    with urlopen(request) as answer:  # noqa: S310
        return bytes(answer.read())


def blob_id(words: str) -> str:
    data = words.encode()
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def test_a_public_clone_holds_nothing_restricted(place: Place, tmp_path: Path) -> None:
    url = place.url("/wiki.git")

    def objects(name: str) -> str:
        git(tmp_path, "clone", "-q", url, name)
        return git(tmp_path / name, "rev-list", "--objects", "--all")

    once, opened = "# Ouverte\n\nautrefois\n", "# Ouverte de nouveau\n"
    place.write({"secret.md": RESTRICTED, "secret/fille.md": "# Fille\n"}, "canari message")
    place.write({"ouverte.md": once})
    first = objects("first")
    assert blob_id(RESTRICTED) not in first
    assert blob_id("# Fille\n") not in first
    assert blob_id(once) in first
    assert b"PACK" in ask(place, blob_id(once))
    place.write({"ouverte.md": RESTRICTED + "\nplus\n"})
    second = objects("second")
    for words in (RESTRICTED, RESTRICTED + "\nplus\n", once, "# Fille\n"):
        assert blob_id(words) not in second
        assert b"PACK" not in ask(place, blob_id(words))
        assert b"not our ref" in ask(place, blob_id(words))
    assert "canari" not in git(tmp_path / "second", "log", "--format=%B")
    place.write({"ouverte.md": opened})
    third = objects("third")
    assert blob_id(opened) in third
    assert blob_id(once) not in third
    assert blob_id(RESTRICTED + "\nplus\n") not in third


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


def test_who_sends_slowly_is_not_given_what_closed_meanwhile(place: Place) -> None:
    shown = "# Lente\n\nbientot fermee\n"
    place.write({"lente.md": shown})
    assert b"PACK" in ask(place, blob_id(shown))
    body = want(blob_id(shown))
    url = urlsplit(place.server.url)
    with socket.create_connection((url.hostname or "", url.port or 0)) as line:
        head = [
            "POST /wiki.git/git-upload-pack HTTP/1.1",
            f"Host: {url.netloc}",
            "Content-Type: application/x-git-upload-pack-request",
            "Git-Protocol: version=2",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        line.sendall("\r\n".join([*head, "", ""]).encode() + body[:10])
        ask(place, blob_id(shown))  # asked later, answered: by now ours has been begun
        place.write({"lente.md": RESTRICTED + "\nlente\n"})
        line.sendall(body[10:])
        with line.makefile("rb") as answer:
            said = answer.read()
    assert b" 200 " in said[:20]
    assert b"PACK" not in said


def told(place: Place, path: str) -> str:
    with urlopen(place.server.url + path) as page:  # noqa: S310
        return " ".join(page.read().decode().split())


def test_who_pushed_what_another_wrote_is_shown(place: Place, mine: Path) -> None:
    (mine / "tilleul.md").write_text("# Tilleul\n")
    git(mine, "add", "-A")
    git(mine, "commit", "-q", "--author", "Zoe <zoe@example.net>", "-m", "planter un tilleul")
    add(mine, {"orme.md": "# Orme\n"}, "planter un orme")
    alias = place.admin.alias
    git(mine, "-c", f"user.email={alias}", "commit", "-q", "--amend", "--reset-author", "--no-edit")
    git(mine, "commit", "-q", "--amend", "--author", f"Ada <{alias}>", "--no-edit")
    assert run(mine, "push").returncode == 0
    assert "déposé par Ada" in told(place, "/-/history/tilleul")
    assert "déposé par" not in told(place, "/-/history/orme")
    assert told(place, "/-/changes").count("déposé par Ada") >= 1


def test_what_a_killed_push_left_goes_with_a_later_one(place: Place, mine: Path) -> None:
    objects = place.instance.repository.folder / "objects"
    old, fresh = objects / "tmp_objdir-incoming-Old", objects / "tmp_objdir-incoming-New"
    for left in (old, fresh):
        (left / "pack").mkdir(parents=True)
    os.utime(old, (0, 0))
    add(mine, {"apres.md": "# Après\n"})
    assert run(mine, "push").returncode == 0
    assert (old.exists(), fresh.exists()) == (False, True)
    shutil.rmtree(fresh)
