"""Archives that only who has a key can read: by pyrage, or the program ``age`` of any system.

What encrypts knows the recipient alone; the key may lie elsewhere, and then this machine cannot
read what it has made.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wiki.config import Settings
from wiki.errors import BadRequest, BadSetting
from wiki.resources import how_to_add

_HEADER = b"age-encryption.org/v1"
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"


def is_encrypted(file: Path) -> bool:
    """Whether the file is one of age."""
    with file.open("rb") as source:
        return source.read(len(_ARMOR)).startswith((_HEADER, _ARMOR))


def encrypt(source: Path, target: Path, recipients: Sequence[str]) -> None:
    """Writes ``target``, which any of ``recipients`` can read. Raises BadSetting."""
    pyrage = _library()
    known = [_recipient(pyrage, one) for one in recipients]
    with source.open("rb") as reader, target.open("wb") as writer:
        pyrage.encrypt_io(reader, writer, known)
    target.chmod(0o600)


def check_recipient(words: str) -> None:
    """Raises BadSetting where nothing can be encrypted for ``words``."""
    _recipient(_library(), words)


def decrypt(source: Path, target: Path, key: Path) -> None:
    """Writes ``target``, read by a key of the file ``key``.

    Raises BadSetting where that holds none, BadRequest where it is for another, or damaged.
    """
    pyrage = _library()
    keys = _read_keys(pyrage, key)
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            pyrage.decrypt_io(reader, writer, keys)
    except pyrage.DecryptError as error:
        raise BadRequest(
            f"{source.name} is damaged, or encrypted for another key than that in {key} ({error})"
        ) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise BadRequest(f"{source.name} is damaged ({error})") from error
    target.chmod(0o600)


@contextmanager
def opened(file: Path, settings: Settings) -> Iterator[Path]:
    """``file``, or what is in it where it is encrypted, beside it for a while.

    Raises BadSetting where no key is set, BadRequest.
    """
    if not is_encrypted(file):
        yield file
        return
    if not settings.backup_key:
        raise BadSetting(
            f"{file.name} is encrypted: set WIKI_BACKUP_KEY to the file with the key to it"
        )
    with TemporaryDirectory(prefix="wiki-restore-") as folder:
        plain = Path(folder) / "archive"
        decrypt(file, plain, Path(settings.backup_key))
        yield plain


def make_key() -> tuple[str, str]:
    """A new key, and the recipient that is given to whoever encrypts."""
    made = _library().x25519.Identity.generate()
    return str(made), str(made.to_public())


def _library() -> Any:
    try:
        import pyrage
    except ModuleNotFoundError as error:
        raise BadSetting(
            "setting 'backup_recipients' needs pyrage, which is not installed; to add it: "
            + how_to_add("age")
        ) from error
    return pyrage


def _recipient(pyrage: Any, words: str) -> Any:
    kind = pyrage.ssh if words.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(words)
    except pyrage.RecipientError as error:
        raise BadSetting(
            "setting 'backup_recipients' is public keys of age (age1…) or ssh, between commas"
        ) from error


def _read_keys(pyrage: Any, file: Path) -> list[Any]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadSetting(f"the key {file} cannot be read: {error.strerror}") from error
    try:
        if b"PRIVATE KEY" in data:
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = (line.strip() for line in data.decode("ascii").splitlines())
        found = [pyrage.x25519.Identity.from_str(one) for one in lines if one.startswith("AGE-")]
    except (pyrage.IdentityError, ValueError) as error:
        raise BadSetting(f"there is no key of age or ssh in {file}") from error
    if not found:
        raise BadSetting(f"there is no key of age or ssh in {file}")
    return found
