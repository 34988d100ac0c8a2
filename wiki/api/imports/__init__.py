"""Moving in: what a plugin offers so that pages come from another program.

::

    class MediaWiki(Source):
        label = "MediaWiki"
        hint = lazy("In MediaWiki: Special:Export, with all revisions.")

        def is_own(self, path: Path) -> bool: ...
        def choices(self, path: Path) -> Sequence[Choice]: ...  # where anything is to be asked
        def read(self, path, stage, answers, progress) -> None:
            lora = stage.places.page("LoRa à la ferme", "projets")  # projets/lora-a-la-ferme
            stage.revision(lora, text, key="12:345", author="Awa", when=moment)
            stage.file(stage.places.file("Plan A.png", lora), data, key="file:7")
            stage.loss(_("A macro"), f"{lora}:12", "{{Infobox}}")

    @hookimpl
    def services() -> Sequence[Provided]:
        return [provide(importer.named("mediawiki"), MediaWiki)]

What is in a file is read by ``wiki.api.imports.files``. A site that can be asked has a ``fetcher``
of that name beside its source, which gets its pages by ``Elsewhere``. Sources run in a child
without network; ``Stage``, ``Source`` and ``Places`` say the rest.
A test reads with ``Stage(folder, "", Bounds(...))``, and looks at what is left with ``Staged``.
"""

from wiki.hookspecs.background import fetcher, importer
from wiki.imports.elsewhere import Elsewhere
from wiki.imports.inventory import Entry, Staged
from wiki.imports.places import Places
from wiki.imports.source import Choice, ImportProgress, Source
from wiki.imports.stage import Bounds, Stage
from wiki.repository.importing import imported_states
