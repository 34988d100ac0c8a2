"""Run by the single file before the wiki: lays out what is compiled for the Python that runs.

What is for the others stays packed. Each file is written under another name first, since another
process may just have begun to use it.
"""

import os
import sys
import zipfile
from pathlib import Path

PYTHON = sys.implementation.cache_tag
SITE = Path(__file__).parents[1]
if not (done := SITE / f".{PYTHON}").exists():
    with zipfile.ZipFile(archive) as packed:  # noqa: F821 - given by shiv, who runs this
        named = [one for one in packed.namelist() if one.startswith(f"parts/{PYTHON}/")]
        if not named:
            sys.exit("carrefour.pyz runs with Python 3.11, 3.12, 3.13 and 3.14, not with this one.")
        for name in named:
            part = SITE / name.split("/", 2)[2]
            new = part.with_name(f"{part.name}.{os.getpid()}")
            new.write_bytes(packed.read(name))
            new.replace(part)
    done.touch()
