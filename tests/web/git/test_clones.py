"""Clone and fetch by a real client: the public history, and nothing that is not public."""

import re
import socket
import time
from hashlib import sha1
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tests.web.git.client import RESTRICTED, Place, add, git, run
from wiki.projections.publishing.standard import Standard
from wiki.repository.remote.protocol import packet


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


def _standard(place: Place) -> str:
    """Where the pages in standard Markdown are, once no process is at an older state of them."""
    index, url = place.instance.settings.instance / "index", place.url("/standard.git")
    git(index, "ls-remote", place.url("/wiki.git"))
    standard = Standard(index, place.server.url)
    for _ in range(240):
        git(index, "ls-remote", url)
        if standard.is_current((index / "public.git").resolve()):
            return url
        time.sleep(0.25)
    raise AssertionError("it was not made")


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
    git(tmp_path, "clone", "-q", _standard(place), "clone")
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
    git(clone, "pull", "-q", _standard(place))
    assert git(clone, "rev-parse", "HEAD~") == first
    assert (clone / "std/a.md").read_text() == "# A\n\n[B](b.md)\n"
    place.write({"std/b.md": "---\nvisibility: members\n---\n# B\n"})
    git(tmp_path, "clone", "-q", _standard(place), "anew")
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
