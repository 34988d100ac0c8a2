"""How much one person adds in a day, by whatever way it comes: files, pushes, very long texts."""

from wiki.errors import TooLarge
from wiki.people.limits.quotas import count_upload
from wiki.reading import Reader
from wiki.translation import gettext as _

#: bytes from which on a text counts: nobody writes five thousand such in a day
LONG_TEXT = 100_000


def count_added(reader: Reader, size: int, *, beside: bool = False) -> None:
    """Counts what is about to be added, to the content or ``beside`` it.

    Raises TooLarge where the wiki is full, TooMany where the person has added too much today.
    """
    settings = reader.instance.settings
    if not beside and reader.instance.repository.stored_bytes() + size > settings.max_content:
        words = _("This wiki has no room for more files: tell an administrator. Nothing is lost.")
        raise TooLarge(words)
    if reader.person is not None:
        person = reader.person.id
        count_upload(reader.instance.private, person, size, settings.uploads_per_day)
