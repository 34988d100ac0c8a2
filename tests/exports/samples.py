"""A wiki to take along, and exports as the files that they are."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from wiki.exports.contents import Report
from wiki.exports.forms import write_export
from wiki.exports.target import archive_at
from wiki.reading import Reader

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
PAGES: dict[str, str | bytes | None] = {
    "index.md": "# Accueil\n\nVoir [[projets/lora|LoRa]], [Awa](personnes/awa.md) et [[Gel]].\n",
    "projets/lora/index.md": "---\ntype: project\ntitle: LoRa à la ferme\nsummary: Des capteurs.\n"
    "themes: [agriculture]\nteam: [personnes/awa]\nwebsite: https://lora.example.org\n"
    "visibility: public\n---\n"
    "![Le plan](plan.png) ![Ailleurs](https://ailleurs.example.org/a.png) ![[plan.png]]\n\n"
    "[La suite](/projets/lora/suite#le-prix), [[personnes/awa]] et [[rien du tout]] "
    "et `[[pas/un/lien]]`.\n\n::: besoins\n- [ ] =1+1 une ferme #essai {#b-12345678}\n\n:::\n\n"
    "```\n[[non]]\n```\n",
    "projets/lora/plan.png": PICTURE,
    "projets/lora/suite.md": "# La suite\r\n\r\nFin de ligne\r\n\r\n## Le prix\r\n\r\nŒuvre\r\n",
    "projets/lora/notes.html": "<script>document.body.innerHTML = 'joué'</script>",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n# Awa\n\n[LoRa](../projets/lora/).\n",
    "équipe/Été.md": "# Été\n\nCanari des élèves.\n",
    "équipe/été.md": "# Un autre été\n",
    "quoi ?.md": "# Quoi ?\n",
    "projets/clos.md": "---\nvisibility: team\nteam: [personnes/awa]\n---\n# Clos\n\nMotcaché\n",
    "projets/clos/secret.png": PICTURE,
}


def exported(reader: Reader, form: str, folder: Path) -> tuple[dict[str, bytes], Report]:
    """The files of an export, by name; and what became of it."""
    file = folder / f"{form}.zip"
    with archive_at(file) as target:
        report = write_export(reader, form, target)
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}, report


Write = Callable[..., str]
