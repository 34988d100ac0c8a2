"""Makes ``landed.tar.xz``: every shape that private tables had in the history of this repository.

``python tests/people/schemas/from_history.py`` in a checkout with its whole history; minutes. Each
is made by the code of the first commit that had it, in a process of its own (``dump.py``), with two
rows a table as far as keys allow: as statements for SQLite (``COMMIT.sqlite.sql``) and for
PostgreSQL. Shapes that are in the archive already are kept as they are. A commit whose code could
not be imported made no database, and is passed over.
"""

import ast
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ARCHIVE = HERE / "landed.tar.xz"
#: what a commit is unpacked for
_CODE = ("wiki", "plugins", "templates", "content")


def git(*words: str) -> bytes:
    return subprocess.run(["git", "-C", ROOT, *words], check=True, capture_output=True).stdout


@cache
def tables(blob: str) -> str:
    """What a module says of tables, whatever else is in it; "" where it says nothing."""
    text = git("cat-file", "blob", blob)
    if b"mapped_column" not in text and b"__tablename__" not in text:
        return ""
    classes = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            said = [
                ast.dump(one) for one in node.body if isinstance(one, ast.Assign | ast.AnnAssign)
            ]
            if any("mapped_column" in one or "__tablename__" in one for one in said):
                classes.append((node.name, said))
    return json.dumps(classes) if classes else ""


def shape(commit: str) -> str:
    """Differs where the tables that the code declares do, or the revisions."""
    found = []
    for line in git("ls-tree", "-r", commit, "--", "wiki", "plugins").decode().splitlines():
        (_mode, _kind, blob), path = line.split("\t")[0].split(), line.split("\t")[1]
        if not path.endswith(".py") or "/tests/" in path:
            continue
        if "/migrations/" in path:
            found.append((path, ""))
        elif said := tables(blob):
            found.append(("", said))
    return hashlib.sha256(json.dumps(sorted(found)).encode()).hexdigest()


def shapes() -> Iterator[str]:
    """The first commit of each shape, the oldest first."""
    seen = set()
    for commit in git("rev-list", "--reverse", "HEAD").decode().split():
        if (found := shape(commit)) not in seen:
            seen.add(found)
            yield commit


def dump(commit: str, folder: Path) -> bool:
    """Writes both files into ``folder`` by the code of ``commit``; whether it could."""
    code, name = folder / "code", commit[:8]
    code.mkdir()
    there = git("ls-tree", "--name-only", commit).decode().split()
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit, *set(_CODE) & set(there)))) as all_:
        all_.extractall(code, filter="data")
    done = subprocess.run(
        [sys.executable, HERE / "dump.py", folder / name],
        cwd=code,
        env={**os.environ, "PYTHONPATH": str(code)},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.stderr.write(f"{name} {(done.stderr.splitlines() or ['no tables yet'])[-1]}\n")
    return not done.returncode


def main() -> None:
    kept: dict[str, bytes] = {}
    if ARCHIVE.exists():
        with tarfile.open(ARCHIVE) as archive:
            for member in archive:
                if file := archive.extractfile(member):
                    kept[member.name] = file.read()
    schemas = {_schema(data) for name, data in kept.items() if ".sqlite" in name}
    for commit in shapes():
        name = commit[:8]
        if f"{name}.sqlite.sql" in kept:
            continue
        with TemporaryDirectory() as place:
            if not dump(commit, Path(place)):
                continue
            made = {file.name: file.read_bytes() for file in Path(place).glob("*.sql")}
        if (schema := _schema(made[f"{name}.sqlite.sql"])) not in schemas:
            schemas.add(schema)
            kept |= made
            sys.stderr.write(f"{name} added\n")
            write(kept)


def write(kept: dict[str, bytes]) -> None:
    with tarfile.open(ARCHIVE, "w:xz", preset=6) as archive:
        for name in kept:
            member = tarfile.TarInfo(name)
            member.size = len(kept[name])
            archive.addfile(member, io.BytesIO(kept[name]))


def _schema(statements: bytes) -> str:
    lines = statements.decode().split(";\n")
    told = "schema_version", "alembic_version"
    rows = [one for one in lines if "INSERT INTO" in one and any(name in one for name in told)]
    made = [one for one in lines if one.strip().startswith("CREATE")]
    return "\n".join(sorted(made + rows))


if __name__ == "__main__":
    main()
