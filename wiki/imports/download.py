"""What a site says of itself, fetched to where a source reads it; kept until it was imported."""

import hashlib
import shutil
from pathlib import Path

from wiki.errors import NotFound
from wiki.hookspecs.background import fetcher
from wiki.imports.elsewhere import Elsewhere
from wiki.imports.pipeline import stages
from wiki.imports.runs import FETCHED
from wiki.imports.source import ImportProgress
from wiki.instance import Instance
from wiki.translation import gettext as _


def fetch(instance: Instance, name: str, address: str, progress: ImportProgress) -> Path:
    """A folder that the source ``name`` reads, with all that the site at ``address`` has.

    What an earlier call fetched of it is not fetched again, however that ended, until ``forget``.
    Raises NotFound where no site of that program can be asked, BadRequest.
    """
    ask = instance.plugins.provider(fetcher.named(name))
    if ask is None:
        known = ", ".join(instance.plugins.keys(fetcher)) or "–"
        words = _("No site of {name} can be asked for its pages. Of these it can: {known}.")
        raise NotFound(words.format(name=name, known=known))
    folder = _folder(instance, name, address)
    elsewhere = Elsewhere(address, instance.settings.import_hosts.split())
    folder.mkdir(parents=True, exist_ok=True)
    ask(elsewhere, folder, progress)
    return folder / "site"


def forget(instance: Instance, name: str, address: str) -> None:
    """Takes away what was fetched, once it was imported or is not wanted."""
    shutil.rmtree(_folder(instance, name, address), ignore_errors=True)


def _folder(instance: Instance, name: str, address: str) -> Path:
    digest = hashlib.sha256(f"{name} {address.strip()}".encode("utf-8", "replace")).hexdigest()
    return stages(instance) / f"{FETCHED}{digest[:16]}"
