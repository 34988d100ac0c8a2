"""A bucket of S3, at Amazon or at anyone who speaks it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wiki.backups.targets.target import TargetFailed, key_of
from wiki.config import Settings
from wiki.files.bucket import Place, open_bucket
from wiki.translation import gettext as _

_CHUNK = 8 << 20
#: how long one request takes at most, and all tries of it
_REQUEST, _TRIES = 120.0, 300.0


class Bucket:
    """Backups as objects below a prefix; a large one goes up in parts, and is there once whole."""

    packs = False
    is_beside = known = False

    def __init__(self, settings: Settings) -> None:
        """Raises BadSetting."""
        self.label = settings.backup_s3
        self.key = key_of("s3", settings.backup_s3 + settings.backup_s3_endpoint)
        place = Place(
            "backup_s3",
            settings.backup_s3,
            settings.backup_s3_endpoint,
            settings.backup_s3_region,
            settings.backup_s3_key,
            settings.backup_s3_secret,
        )
        self._store = open_bucket(place, request=_REQUEST, tries=5, patience=_TRIES)
        import obstore

        self._obstore = obstore

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
