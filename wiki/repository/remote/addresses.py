"""Repositories elsewhere: which addresses are taken, what stands there, and pushing to them.

Mirrors are named by the operator, on the command line; what others name goes by ``guard.py``. git
may then speak the one protocol of the address, follows no redirect, asks no one for a password, and
ends in time. A secret travels in the child's environment alone: never in an address, an argument or
a message.
"""

import re
import shlex
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from wiki.errors import BadField
from wiki.repository.environment import DURABLE
from wiki.repository.objects import BRANCH, EMPTY, is_hash
from wiki.repository.process import GitFailed, run
from wiki.translation import gettext as _

#: seconds to say what there is; to send or fetch
LOOK_TIME = 60.0
MOVE_TIME = 900.0
_LONGEST = 2000
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
#: ``git@forge.example:team/wiki.git``, as forges show it
_SHORT = re.compile(r"(?P<user>[\w.+-]+)@(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?P<path>[^/\s].*)")
_HELD_BACK = {
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "60",
    "credential.helper": "",
    "core.askPass": "",
}
#: What a repository on this machine runs with; git hands our settings to none but its own.
THERE = {
    "safe.directory": "*",
    "core.hooksPath": "/dev/null",
    "core.fsync": DURABLE["core.fsync"],
    "receive.autogc": "false",
}
_TOLD = ("remote:", "fatal:", "error:", " ! ", "ssh:", "no answer")
#: branches that the wiki makes there
BESIDE = "carrefour-"
_HINT = "error: failed to push some refs"


@dataclass(frozen=True)
class Remote:
    """``url`` is for git, without a secret; ``header``, if any, is what lets us in over http.

    ``pinned`` is what its host stands for, as curl has it (``host:port:address,…``).
    """

    url: str
    protocol: str
    header: str = field(default="", repr=False)
    pinned: str = ""

    def settings(self) -> Mapping[str, str]:
        """What git is told for this remote and no other."""
        told = {**_HELD_BACK, f"protocol.{self.protocol}.allow": "always"}
        if self.pinned:
            told["http.curloptResolve"] = self.pinned
        if self.header:
            told[f"http.{self.url}.extraHeader"] = f"Authorization: {self.header}"
        return told

    def served_by(self, service: str) -> list[str]:
        """The option that starts ``upload-pack`` or ``receive-pack`` on this machine."""
        if self.protocol != "file":
            return []
        words = [part for key, value in THERE.items() for part in ("-c", f"{key}={value}")]
        return [f"--{service}={shlex.join(['git', *words, service])}"]


class RemoteFailed(Exception):
    """The remote could not be asked, or did not take it; ``words`` is what git said of it.

    ``too_large``: it was cut off, as it sent more than it may.
    """

    def __init__(self, error: GitFailed, *, too_large: bool = False) -> None:
        self.words = said_by(error)
        self.too_large = too_large
        super().__init__(self.words)

    @property
    def moved(self) -> bool:
        """Whether its branch was not where we had just seen it: to be looked at once more."""
        return any(sign in self.words for sign in ("stale info", "fetch first", "non-fast-forward"))


def check_address(address: str, *, unencrypted: bool = False) -> tuple[str, str]:
    """``address`` as it is kept, and its protocol. Raises BadField for one that is not taken.

    A folder, or https://, ssh:// (also ``user@host:path``), http:// to this machine alone, and
    git:// where ``unencrypted`` asks for it.
    """
    if not address or len(address) > _LONGEST or not address.isprintable() or " " in address:
        raise _refused(_("An address is one word, without blanks or line breaks."))
    if address.startswith("/"):
        return str(Path(address)), "file"
    if "://" not in address and (short := _SHORT.fullmatch(address)):
        address = f"ssh://{short['user']}@{short['host']}/{short['path']}"
    parts = urlsplit(address)
    _check_schemes(parts.scheme, parts.hostname or "", unencrypted)
    user, _at, host = parts.netloc.rpartition("@")
    name = host.rpartition(":")[0] if re.search(r":\d{1,5}$", host) else host
    if not _HOST.fullmatch(name) or not parts.path.strip("/"):
        raise _refused(_("This address names no repository on a host."))
    if parts.query or parts.fragment or (user and not _USER.fullmatch(user)):
        raise _refused(
            _(
                "An address holds no password and no token: put it into the environment, "
                "as WIKI_MIRROR_<NAME>_TOKEN."
            )
        )
    return address, parts.scheme


def let_in(address: str, protocol: str, token: str) -> Remote:
    """The remote at a checked ``address``, with the ``token`` that lets us in over http, if any."""
    if protocol not in ("https", "http"):
        return Remote(address, protocol)
    parts = urlsplit(address)
    user, _at, host = parts.netloc.rpartition("@")
    # With a user in its address git would ask for the password; both go into the header instead.
    plain = urlunsplit(parts._replace(netloc=host))
    if not token:
        return Remote(plain, protocol)
    proof = b64encode(f"{user or 'git'}:{token}".encode()).decode("ascii")
    return Remote(plain, protocol, f"Basic {proof}")


def _check_schemes(scheme: str, host: str, unencrypted: bool) -> None:
    if scheme in ("https", "ssh") or (scheme == "http" and _is_here(host)):
        return
    if scheme == "git" and unencrypted:
        return
    raise _refused(
        _(
            "A mirror is a folder (/srv/copy.git), or an address that begins with https:// or "
            "ssh://; git:// with --unencrypted, http:// for this machine alone."
        )
    )


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(words: str) -> BadField:
    return BadField("url", words)


def make_folder(folder: Path) -> None:
    """An empty bare repository at ``folder``, where nothing is. Raises BadField."""
    if (folder / "HEAD").is_file():
        return
    try:
        if folder.exists() and any(folder.iterdir()):
            raise _refused(_("That folder holds something that is no bare git repository."))
        run(None, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(folder))
    except (OSError, GitFailed) as error:
        raise _refused(_("There is no repository there, and none can be made.")) from error


def heads_of(remote: Remote) -> dict[str, str]:
    """Where ``main`` and branches of ours (BESIDE) stand there, by ``refs/heads/…``.

    Raises RemoteFailed.
    """
    served = remote.served_by("upload-pack")
    try:
        _status, said = run(
            None,
            *("ls-remote", "--heads", *served, "--end-of-options", remote.url),
            *(BRANCH, f"refs/heads/{BESIDE}*"),
            timeout=LOOK_TIME,
            settings=remote.settings(),
            cwd="/",
        )
    except GitFailed as error:
        raise RemoteFailed(error) from error
    lines = [line.split("\t", 1) for line in said.decode("utf-8", "replace").splitlines()]
    return {line[1]: line[0] for line in lines if len(line) == 2 and is_hash(line[0])}


def push(
    folder: Path, remote: Remote, commit: str, *, ref: str = BRANCH, expected: str | None
) -> None:
    """Puts ``commit`` of the repository ``folder`` at ``ref`` there, if it still is ``expected``.

    ``expected`` is None where there is no such branch. Whoever calls has made sure that nothing of
    anyone else's is lost when ``expected`` goes. Raises RemoteFailed.
    """
    if commit == EMPTY or not is_hash(commit):
        raise ValueError(commit)
    lease = f"--force-with-lease={ref}:{expected or ''}"
    served = remote.served_by("receive-pack")
    try:
        run(
            folder,
            *("push", "--quiet", "--no-verify", "--no-signed", lease, *served),
            *("--end-of-options", remote.url, f"{commit}:{ref}"),
            timeout=MOVE_TIME,
            settings=remote.settings(),
            cwd="/",
        )
    except GitFailed as error:
        raise RemoteFailed(error) from error


def said_by(error: GitFailed) -> str:
    """What git said, in a few lines that steer no terminal; its hints are for someone else."""
    lines = [line.rstrip() for line in error.said.splitlines()]
    kept = [line for line in lines if line.startswith(_TOLD) and not line.startswith(_HINT)]
    text = " · ".join(" ".join(line.split()) for line in kept or lines[-1:])
    return "".join(char if char.isprintable() else "?" for char in text)[:600] or str(error)
