"""What a commit did to the attachments of pages."""

from collections.abc import Iterable, Mapping

from wiki.pages.paths import is_servable, owner_of
from wiki.repository.span import FileMove


def attachment_changes(
    moves: Iterable[FileMove], pages: Mapping[str, str]
) -> set[tuple[str, str, str]]:
    """``(owner, file, kind)`` of the attachments that a commit touched."""
    found: set[tuple[str, str, str]] = set()
    for move in moves:
        old, new = _attachment(move.old_file), _attachment(move.file)
        if old and new and _went_along(old, new, pages):
            continue
        if old and move.status == "R":
            found.add((owner_of(old), old, "detached"))
        if new:
            found.add((owner_of(new), new, "attached" if move.after else "detached"))
    return found


def _attachment(file: str | None) -> str | None:
    return file if file and not file.endswith(".md") and is_servable(file) else None


def _went_along(old: str, new: str, pages: Mapping[str, str]) -> bool:
    """Whether an attachment only moved because its page did."""
    return any(
        old.startswith(f"{origin}/") and new == path + old[len(origin) :]
        for path, origin in pages.items()
    )
