"""The export of a Carrefour as Markdown, taken back: the same pages and files, byte for byte."""

import json
from collections.abc import Mapping
from pathlib import Path

from wiki.api.errors import BadRequest
from wiki.api.imports import ImportProgress, Source, Stage
from wiki.api.imports.files import Bundle, BundledFile, open_bundle
from wiki.api.translation import gettext as _
from wiki.api.translation import lazy

#: what the export says of itself (docs/moving-out.md), its form, and bytes of it
_SAYS, _FORM, _MOST = "carrefour.json", "markdown", 20_000_000
#: what an export holds beside pages and files
_BESIDE = frozenset({_SAYS, "README.txt"})
#: bytes of a page and of a file that are read: the stage has narrower bounds, and tells what it
#: leaves out
_PAGE, _FILE = 20_000_000, 200_000_000


class CarrefourExport(Source):
    """A ZIP or a folder that ``wiki export markdown``, or “Export the site”, made."""

    label = "Carrefour"

    hint = lazy("In Carrefour: “Export the site”, as Markdown. It goes to the top of the site.")

    def is_own(self, path: Path) -> bool:
        with open_bundle(path) as bundle:
            return _names(bundle) is not None

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        if stage.into:
            words = _(
                "The pages of a Carrefour come in at the top of the site, since their links name"
                " their addresses there: leave “Below which page” empty."
            )
            raise BadRequest(words)
        with open_bundle(path) as bundle:
            names = _names(bundle)
            if names is None:
                raise BadRequest(_("This is no export of a Carrefour as Markdown."))
            items = [item for item in bundle.items if item.name not in _BESIDE]
            for done, item in enumerate(items):
                progress(done, len(items))
                _put(bundle, item, names.get(item.name, item.name), stage)


def _put(bundle: Bundle, item: BundledFile, name: str, stage: Stage) -> None:
    if not name.endswith(".md"):
        stage.file(name, bundle.read(item, _FILE))
        return
    try:
        text = bundle.read(item, _PAGE).decode()
    except UnicodeDecodeError:
        stage.loss(_("A page that is not written in UTF-8"), name)
        return
    path = name.removesuffix(".md")
    space = path.endswith("/index")
    stage.revision(path.removesuffix("/index"), text, space=space)


def _names(bundle: Bundle) -> Mapping[str, str] | None:
    """Names of the export → names of the site, where they differ; None for what is no export."""
    found = next((item for item in bundle.items if item.name == _SAYS), None)
    if found is None:
        return None
    try:
        said = json.loads(bundle.read(found, _MOST))
        names = said["renamed"] if said["form"] == _FORM else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return {str(new): str(old) for new, old in names.items()} if isinstance(names, dict) else None
