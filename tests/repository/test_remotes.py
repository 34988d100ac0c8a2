"""Addresses that are taken and refused, and what git is told for them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from wiki.errors import BadField, BadSetting
from wiki.instance import Instance
from wiki.mirroring.secrets import remote_of, secret_of
from wiki.repository.environment import environment
from wiki.repository.process import GitFailed, run
from wiki.repository.remote.addresses import (
    Remote,
    RemoteFailed,
    check_address,
    heads_of,
    make_folder,
    push,
    said_by,
)
from wiki.repository.remote.fetch import fetched, set_aside
from wiki.repository.remote.protocol import advertisement

TAKEN = {
    "https://forge.example/equipe/wiki.git": "https",
    "https://moi@forge.example:8443/wiki.git": "https",
    "https://[2001:db8::1]/wiki.git": "https",
    "ssh://git@forge.example:2222/equipe/wiki.git": "ssh",
    "http://127.0.0.1:8080/-/git/all.git": "http",
    "http://localhost/wiki.git": "http",
    "/srv/copie.git": "file",
}
REFUSED = [
    "",
    "copie.git",
    "../copie.git",
    "-oProxyCommand=id",
    "--upload-pack=id",
    "ext::sh -c id",
    "ext::sh",
    "fd::17",
    "file:///srv/copie.git",
    "git://forge.example/wiki.git",
    "http://forge.example/wiki.git",
    "ftp://forge.example/wiki.git",
    "https://forge.example",
    "https:///wiki.git",
    "https://-oProxyCommand=id/x",
    "ssh://-oProxyCommand=id/x",
    "ssh://git@-oProxyCommand=id/x",
    "-x@forge.example:wiki.git",
    "git@-oProxyCommand=id:x",
    "https://moi:secret@forge.example/wiki.git",
    "https://forge.example/wiki.git?token=secret",
    "https://forge.example/wiki.git#x",
    "https://forge.example/wiki.git\nhttps://x.example/",
    "https://forge.example/wi ki.git",
    "https://forge.example/\x1b[2J",
    "/srv/copie\n.git",
    "https://forge.example/" + "x" * 3000,
]


@pytest.mark.parametrize(("address", "protocol"), TAKEN.items())
def test_an_address_is_taken(address: str, protocol: str) -> None:
    assert check_address(address) == (address, protocol)


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_is_refused(address: str) -> None:
    with pytest.raises(BadField):
        check_address(address)


def test_an_address_as_forges_show_it() -> None:
    assert check_address("git@forge.example:equipe/wiki.git") == (
        "ssh://git@forge.example/equipe/wiki.git",
        "ssh",
    )
    assert check_address("git://forge.example/x.git", unencrypted=True)[1] == "git"


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    assert secret_of("a-b", {"WIKI_MIRROR_A_B_TOKEN": " jeton\n"}) == "jeton"
    file = tmp_path / "jeton"
    file.write_text("secret\n")
    assert secret_of("x", {"WIKI_MIRROR_X_TOKEN_FILE": str(file)}) == "secret"
    assert secret_of("x", {}) == ""
    with pytest.raises(BadSetting):
        secret_of("x", {"WIKI_MIRROR_X_TOKEN_FILE": str(tmp_path / "absent")})
    with pytest.raises(BadSetting):
        secret_of("x", {"WIKI_MIRROR_X_TOKEN": "a\nCookie: b"})


def test_a_secret_is_for_its_own_address_alone() -> None:
    known = {"WIKI_MIRROR_X_TOKEN": "jeton"}
    remote = remote_of("x", "https://moi@forge.example/wiki.git", known)
    assert remote.url == "https://forge.example/wiki.git"
    assert "jeton" not in repr(remote) and remote.header not in repr(remote)
    told = remote.settings()
    assert told["http.followRedirects"] == "false"
    assert told["http.https://forge.example/wiki.git.extraHeader"].startswith("Authorization: ")
    assert remote_of("x", "ssh://git@forge.example/wiki.git", known).header == ""


def test_one_protocol_is_spoken(tmp_path: Path) -> None:
    env = environment(None, Remote("https://forge.example/x", "https").settings())
    count = int(env["GIT_CONFIG_COUNT"])
    config = {env[f"GIT_CONFIG_KEY_{n}"]: env[f"GIT_CONFIG_VALUE_{n}"] for n in range(count)}
    allowed = {key: value for key, value in config.items() if key.startswith("protocol.")}
    assert allowed == {"protocol.allow": "never", "protocol.https.allow": "always"}
    make_folder(tmp_path / "x.git")
    with pytest.raises(RemoteFailed, match="not allowed"):
        heads_of(Remote(str(tmp_path / "x.git"), "https"))


def test_a_push_only_moves_what_it_saw(
    instance: Instance, write: Callable[..., str], tmp_path: Path
) -> None:
    first, second = write({"a.md": "# A\n"}), write({"a.md": "# B\n"})
    folder = instance.repository.folder
    remote = Remote(str(tmp_path / "x.git"), "file")
    make_folder(tmp_path / "x.git")
    push(folder, remote, first, expected=None)
    with pytest.raises(RemoteFailed) as stale:
        push(folder, remote, second, expected=second)
    assert stale.value.moved
    with pytest.raises(RemoteFailed):
        push(folder, remote, second, expected=None)
    assert heads_of(remote) == {"refs/heads/main": first}


def test_hooks_of_a_folder_are_not_run(
    instance: Instance, write: Callable[..., str], tmp_path: Path
) -> None:
    head, folder = write({"a.md": "# A\n"}), tmp_path / "x.git"
    make_folder(folder)
    hook = folder / "hooks" / "update"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    hook.chmod(0o755)
    push(instance.repository.folder, Remote(str(folder), "file"), head, expected=None)
    assert not (tmp_path / "ran").exists()


def test_what_is_set_aside_is_shown_to_no_client(
    instance: Instance, write: Callable[..., str], tmp_path: Path
) -> None:
    head, folder = write({"a.md": "# A\n"}), tmp_path / "x.git"
    make_folder(folder)
    remote = Remote(str(folder), "file")
    push(instance.repository.folder, remote, head, expected=None)
    with fetched(instance.repository, remote, [head], 1_000_000) as apart:
        ref = set_aside(instance.repository, apart, "x", head)
    _status, kept = run(instance.repository.folder, "rev-parse", ref)
    assert kept.decode().strip() == head
    for service in ("git-upload-pack", "git-receive-pack"):
        said = advertisement(instance.repository.folder, service, "")
        assert b"refs/heads/main" in said and b"refs/aside" not in said


def test_what_git_says_is_short_and_steers_no_terminal() -> None:
    said = "hint: x\nremote: \x1b[2Jnon\nfatal: fin\nerror: failed to push some refs to 'x'\n"
    assert said_by(GitFailed(1, said)) == "remote: ?[2Jnon · fatal: fin"
    assert len(said_by(GitFailed(1, "fatal: " + "x" * 5000))) <= 600


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("à moi")
    with pytest.raises(BadField):
        make_folder(tmp_path)
    assert os.listdir(tmp_path) == ["notes"]  # noqa: PTH208
