"""A new repository: empty, or a copy of one that exists."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from wiki.disk.durable import write_file
from wiki.errors import AlreadyExists, BadRequest, StorageFailed
from wiki.repository.environment import DURABLE
from wiki.repository.objects import BRANCH, LONGEST_COMMIT, decode_name
from wiki.repository.process import GitFailed, output_of, run
from wiki.translation import _

_COPY_TIME = 3600.0
_SCHEMES = ("https", "ssh", "git")
#: git asks who owns a repository that it serves; that the operator named it is answer enough.
_SERVED_BY = "git -c safe.directory='*' upload-pack"


def inspect(folder: Path) -> None:
    """Raises StorageFailed, with what mends it, where it is no bare repository that we can use."""
    try:
        _status, said = run(folder, "rev-parse", "--is-bare-repository", "--show-object-format")
        reason = "" if said.split() == [b"true", b"sha1"] else "it is not bare, or of another kind"
    except GitFailed as error:
        reason = str(error.said or error).strip().splitlines()[-1]
    if not (folder / "refs" / "heads").is_dir():  # a reftable repository has a file there
        reason = reason or "it has no branches"
    if reason:
        raise StorageFailed(
            f"git cannot use {folder} ({reason}): `wiki check --mend` writes its settings anew"
        )


def write_settings(folder: Path) -> None:
    """Writes ``config`` and ``HEAD`` as a new repository has them. Raises OSError."""
    lines = ["[core]", "\trepositoryformatversion = 0", "\tfilemode = true", "\tbare = true"]
    for key, value in DURABLE.items():
        section, _dot, name = key.rpartition(".")
        kind, _dot, task = section.partition(".")
        lines += [f'[{kind} "{task}"]' if task else f"[{kind}]", f"\t{name} = {value}"]
    write_file(folder / "config", ("\n".join(lines) + "\n").encode("ascii"))
    write_file(folder / "HEAD", f"ref: {BRANCH}\n".encode("ascii"))


def create(folder: Path) -> None:
    """An empty bare repository. Raises AlreadyExists where ``folder`` holds anything."""
    if folder.exists() and any(folder.iterdir()):
        raise AlreadyExists(_("There is something in that folder already."))
    folder.mkdir(parents=True, exist_ok=True)
    run(None, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(folder))
    write_settings(folder)


def clone(source: str, folder: Path) -> None:
    """Fills ``folder`` with the history of ``source``, a repository or a bundle of one.

    Its branch is called ``main`` here, and comes alone: no tags, no notes, no other names.
    Raises BadRequest with git's words where it cannot be had, and leaves no folder then.
    """
    address, protocol = _address(source)
    create(folder)
    try:
        _fetch(address, protocol, folder)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if not isinstance(error, GitFailed):
            raise
        reason = error.said.splitlines()[-1] if error.said else str(error)
        raise BadRequest(
            _("The repository cannot be copied: {reason}").format(reason=reason)
        ) from error


def check_commits(folder: Path) -> None:
    """Raises BadRequest where a commit is larger than any that a push may bring."""
    question = "--batch-check=%(objecttype) %(objectsize) %(objectname)"
    with output_of(folder, "cat-file", "--batch-all-objects", "--unordered", question) as output:
        for line in output:
            kind, size, id = line.decode("ascii").split()
            if kind == "commit" and int(size) > LONGEST_COMMIT:
                raise BadRequest(
                    _(
                        "Commit {commit} of that repository is larger than {limit} bytes without"
                        " its files: its message is too long for a wiki. Shorten it in a copy."
                    ).format(commit=id[:8], limit=LONGEST_COMMIT)
                )


def _address(source: str) -> tuple[str, str]:
    """``source`` as git may have it, and the one protocol that it needs."""
    path = Path(source)
    if path.is_dir() or path.is_file():  # a file: git takes a bundle, and nothing else
        return str(path.absolute()), "file"
    parts = urlsplit(source)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme in _SCHEMES and host and not host.startswith("-"):
        return source, parts.scheme
    raise BadRequest(
        _("A repository is a folder, or an address that begins with https://, ssh:// or git://.")
    )


def _fetch(address: str, protocol: str, folder: Path) -> None:
    """One branch of ``address``: the one its HEAD names, else main, master or the first."""
    settings = {f"protocol.{protocol}.allow": "always"}
    serve = [f"--upload-pack={_SERVED_BY}"] if protocol == "file" else []
    _status, said = run(
        folder, "ls-remote", *serve, "--end-of-options", address, timeout=60, settings=settings
    )
    refs = [decode_name(line.partition(b"\t")[2]) for line in said.splitlines()]
    heads = [ref for ref in refs if ref.startswith("refs/heads/")]
    wanted = ["HEAD", BRANCH, "refs/heads/master", *heads]
    found = [ref for ref in wanted if ref in refs]
    if not found:
        return  # it has no commit yet, and neither have we
    run(
        folder,
        *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *serve),
        *("--end-of-options", address, f"{found[0]}:{BRANCH}"),
        timeout=_COPY_TIME,
        settings={**settings, "fetch.writeCommitGraph": "true"},
    )
