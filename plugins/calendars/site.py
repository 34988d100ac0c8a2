"""A calendar at an address, as a file that the source reads."""

from pathlib import Path

from wiki.api.imports import Elsewhere, ImportProgress

_MOST = 20_000_000


def fetch_calendar(elsewhere: Elsewhere, folder: Path, progress: ImportProgress) -> None:
    """Writes what stands at the address of ``elsewhere`` to ``folder/site``. Raises BadRequest."""
    data = elsewhere.get(elsewhere.address, _MOST)
    place = folder / "site"
    place.mkdir(exist_ok=True)
    (place / "calendar.ics").write_bytes(data)
