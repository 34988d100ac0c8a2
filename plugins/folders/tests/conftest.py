"""A folder or an archive read onto a stage, and what is left on it."""

import io
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from plugins.folders.source import Folder
from wiki.api.imports import Bounds, Stage, Staged

BOUNDS = Bounds(page=1_000_000, upload=1_000_000, pixels=1_000_000)
Files = Mapping[str, str | bytes]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


def archive(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name, (2021, 3, 4, 5, 6, 0)), data, zipfile.ZIP_DEFLATED)
    return path


class Read:
    """What a source left of some files."""

    def __init__(self, staged: Staged) -> None:
        entries = list(staged.entries())
        self.pages = {one.path: staged.content(one).decode() for one in entries if one.path}
        self.entries = {one.place: one for one in entries}
        self.files = sorted(one.file for one in entries if not one.path)
        self.losses = [(one.what, one.where, one.detail) for one in staged.losses()]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    def read(files: Files, into: str = "") -> Read:
        path = archive(tmp_path / "export.zip", files)
        source = Folder()
        assert source.recognises(path)
        with Stage(tmp_path / "stage", into, BOUNDS) as stage:
            source.read(path, stage, {}, lambda _done, _total: None)
        with closing(Staged(tmp_path / "stage")) as staged:
            return Read(staged)

    return read
