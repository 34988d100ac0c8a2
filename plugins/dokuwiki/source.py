"""The data folder of DokuWiki put on the stage: names first, then each state of each page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from wiki.api.imports import Choice, ImportProgress, Source, Stage
from wiki.api.imports.files import is_archive, open_bundle
from wiki.api.translation import gettext as _
from wiki.api.translation import lazy

from .access import MEMBERS, PUBLIC, TEAM
from .folder import find_roots, open_folder
from .settings import read_settings
from .transfer import Transfer

_READERS = "readers"


class DokuWiki(Source):
    """Reads ``data``, with ``conf`` where it came along."""

    label = "DokuWiki"

    hint = lazy(
        "A ZIP or TAR of its folder “data”, with “conf” beside it, which holds its rules of"
        " access and the names of authors."
    )

    def is_own(self, path: Path) -> bool:
        """See Source."""
        if path.is_file() and not is_archive(path):
            return False
        with open_bundle(path) as bundle:
            return bool(find_roots(bundle))

    def choices(self, path: Path) -> Sequence[Choice]:
        """Who reads it, where no rule of that came along."""
        with open_bundle(path) as bundle:
            settings = read_settings(open_folder(bundle))
        if settings.rules is not None or settings.values.get("useacl") == "0":
            return ()
        options = [
            (TEAM, _("Administrators alone")),
            (MEMBERS, _("All with an account")),
            (PUBLIC, _("As pages around it")),
        ]
        hint = _("The rules of access (conf/acl.auth.php) are not in what you sent.")
        return [Choice(_READERS, _("Who reads it"), options, TEAM, hint)]

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        """See Source."""
        with open_bundle(path) as bundle:
            folder = open_folder(bundle)
            Transfer(folder, read_settings(folder), stage, answers.get(_READERS, TEAM)).run(
                progress
            )
