"""TAR archives, packed and not: files of a bundle, bounded, of which nothing climbs out."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from wiki.errors import BadRequest, TooLarge
from wiki.imports import tarballs
from wiki.imports.bundle import is_archive, open_bundle


def tarball(path: Path, files: Mapping[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as made:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_600_000_000
            made.addfile(info, io.BytesIO(data))
        link = path.with_name(f"{path.name}-link")
        link.symlink_to("/etc/passwd")
        made.add(link, "pages/link.txt")
    return path


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_files_are_read_and_nothing_climbs_out(tmp_path: Path, mode: str) -> None:
    files = {"./pages/a.txt": b"un", "pages/b.txt": b"deux", "../../c.txt": b"x", "/d": b"x"}
    path = tarball(tmp_path / "given", files, mode)
    assert is_archive(path)
    with open_bundle(path) as bundle:
        read = {item.name: bundle.read(item, 10) for item in bundle.items}
        assert read == {"pages/a.txt": b"un", "pages/b.txt": b"deux"}
        assert bundle.refused == ["../../c.txt", "/d", "pages/link.txt"]
        assert {item.when.year for item in bundle.items if item.when} == {2020}
        with pytest.raises(TooLarge):
            bundle.read(bundle.items[1], 3)


def test_one_that_was_cut_is_refused(tmp_path: Path) -> None:
    files = {f"pages/{number}.txt": bytes(range(256)) * 40 for number in range(9)}
    whole = tarball(tmp_path / "whole.tar", files, "w").read_bytes()
    packed = tarball(tmp_path / "whole.tgz", files).read_bytes()
    for data in (packed[:-30], packed[:200], whole[: len(whole) // 2], whole[: 512 * 21]):
        cut = tmp_path / "cut"
        cut.write_bytes(data)
        with pytest.raises(BadRequest):
            open_bundle(cut)


def test_one_that_would_be_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tarball(tmp_path / "bomb.tgz", {"pages/a.txt": bytes(10_000_000)})
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(tarballs, "_MOST", 5_000_000)
    with pytest.raises(TooLarge):
        open_bundle(path)


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b", b"BZh9", b"# A page\n" * 100, bytes(2000)])
def test_what_is_none_is_one_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "given"
    path.write_bytes(data)
    assert not is_archive(path)
    with open_bundle(path) as bundle:
        assert [item.name for item in bundle.items] == ["given"]
