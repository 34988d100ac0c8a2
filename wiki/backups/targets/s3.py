"""A bucket of S3, at Amazon or at anyone who speaks it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wiki.backups.targets.target import TargetFailed, key_of
from wiki.config import Settings
from wiki.errors import BadSetting
from wiki.translation import gettext as _

_CHUNK = 8 << 20
#: how long one request takes at most, and all tries of it
_REQUEST, _TRIES = "120s", timedelta(minutes=5)


class Bucket:
    """Backups as objects below a prefix; a large one goes up in parts, and is there once whole."""

    packs = False
    is_beside = known = False

    def __init__(self, settings: Settings) -> None:
        """Raises BadSetting."""
        self.label = settings.backup_s3
        self.key = key_of("s3", settings.backup_s3 + settings.backup_s3_endpoint)
        try:
            import obstore
            from obstore.store import S3Store
        except ModuleNotFoundError as error:
            raise BadSetting(
                "setting 'backup_s3' needs the package obstore: pip install 'carrefour[s3]'"
            ) from error
        address = urlsplit(settings.backup_s3)
        if address.scheme != "s3" or not address.netloc:
            raise BadSetting("setting 'backup_s3' is an address such as s3://bucket/folder")
        given = {
            "endpoint": settings.backup_s3_endpoint,
            "region": settings.backup_s3_region,
            "access_key_id": settings.backup_s3_key,
            "secret_access_key": settings.backup_s3_secret,
        }
        # What is not given is looked for as all programs for S3 do, in AWS_….
        options: Any = {name: value for name, value in given.items() if value}
        plain = settings.backup_s3_endpoint.startswith("http://")
        self._obstore = obstore
        self._store = S3Store(
            address.netloc,
            prefix=address.path.strip("/") or None,
            client_options={"allow_http": plain, "timeout": _REQUEST},
            retry_config={"max_retries": 5, "retry_timeout": _TRIES},
            **options,
        )

    def check(self, size: int) -> None:
        """See Target: nobody says how much a bucket takes."""
        self.names()

    def put(self, file: Path, name: str) -> None:
        """See Target."""
        with self._faults():
            self._obstore.put(self._store, name, file)

    def names(self) -> Collection[str]:
        """See Target."""
        with self._faults():
            return [one["path"] for some in self._obstore.list(self._store) for one in some]

    def fetch(self, name: str, file: Path) -> None:
        """See Target."""
        with self._faults(), file.open("wb") as target:
            for some in self._obstore.get(self._store, name).stream(min_chunk_size=_CHUNK):
                target.write(some)

    def remove(self, names: Sequence[str]) -> None:
        """See Target."""
        with self._faults():
            for name in names:
                self._obstore.delete(self._store, name)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (self._obstore.exceptions.BaseError, OSError) as error:
            words = _("The bucket for backups cannot be used: {place} ({why}).")
            why = " ".join(str(error).split())[:300]
            raise TargetFailed(words.format(place=self.label, why=why)) from error
