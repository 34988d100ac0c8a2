"""A MediaWiki of its own for a test: Debian's, on SQLite, filled by its own interfaces."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from wiki.testing import free_port

_PROGRAM = Path("/usr/share/mediawiki")
_RUN = _PROGRAM / "maintenance" / "run.php"
#: they want no other service
_EXTENSIONS = ("Cite", "ParserFunctions", "Poem", "SyntaxHighlight_GeSHi", "CategoryTree")


def is_installed() -> bool:
    """Whether Debian's package is here, and a PHP that can run it."""
    return _RUN.is_file() and shutil.which("php") is not None


class RealMediaWiki:
    """One site in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._program = folder / "site"
        self._settings = folder / "LocalSettings.php"
        self.port = free_port()
        self._program.mkdir(parents=True)
        for one in _PROGRAM.iterdir():
            if one.name not in ("LocalSettings.php", "images"):
                (self._program / one.name).symlink_to(one.resolve())
        (self._program / "images").mkdir()
        self.run(
            "install",
            *("--confpath", str(folder), "--dbtype", "sqlite", "--dbpath", str(folder / "data")),
            *("--dbname", "essai", "--lang", "fr", "--pass", "un-mot-de-passe-assez-long"),
            *("--server", f"http://127.0.0.1:{self.port}", "--scriptpath", ""),
            *("--extensions", ",".join(_EXTENSIONS), "Wiki d'essai", "Awa"),
            settled=False,
        )
        with self._settings.open("a") as file:
            file.write(
                "$wgEnableUploads = true; $wgNamespacesWithSubpages[NS_MAIN] = true;\n"
                f"$wgUploadDirectory = '{self._program}/images';\n"
                "$wgUseImageMagick = false; $wgJobRunRate = 0;\n"
            )

    def run(self, script: str, *words: str, settled: bool = True) -> str:
        """A maintenance script, as ``php run.php script words``; what it says."""
        environment = {**os.environ, "MW_INSTALL_PATH": str(self._program)}
        if settled:
            environment["MW_CONFIG_FILE"] = str(self._settings)
        done = subprocess.run(
            ["php", str(_RUN), script, *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert not done.returncode, done.stdout + done.stderr
        return done.stdout

    def write(
        self, texts: Mapping[str, str], folder: Path, *, user: str, comment: str, prefix: str = ""
    ) -> None:
        """One more state of each page, its title behind ``prefix``; ``folder`` is made for that."""
        folder.mkdir(parents=True)
        for title, text in texts.items():
            (folder / title).write_text(text)
        files = [str(folder / title) for title in texts]
        said = ("--user", user, "--summary", comment, "--prefix", prefix)
        self.run("importTextFiles", "--overwrite", "--use-timestamp", *said, *files)

    def upload(self, folder: Path, *, user: str, comment: str) -> None:
        """All files of ``folder``."""
        self.run("importImages", "--user", user, "--comment", comment, str(folder))

    def export(self, file: Path) -> Path:
        """All pages with all states, as XML."""
        self.run("dumpBackup", "--full", "--quiet", f"--output=file:{file}")
        return file

    @property
    def images(self) -> Path:
        """The folder of its files."""
        return self._program / "images"

    @contextmanager
    def served(self) -> Iterator[str]:
        """Answers at the address that this gives, by PHP's own server."""
        environment = {**os.environ, "MW_CONFIG_FILE": str(self._settings)}
        environment["MW_INSTALL_PATH"] = str(self._program)
        server = subprocess.Popen(
            ["php", "-S", f"127.0.0.1:{self.port}", "-t", str(self._program)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                with socket.socket() as one:
                    if not one.connect_ex(("127.0.0.1", self.port)):
                        break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{self.port}"
        finally:
            server.terminate()
            server.wait()

    def ask(self, **question: str) -> Mapping[str, Any]:
        """What its API answers, while it is served."""
        asked = urlencode({"action": "query", "format": "json", "formatversion": "2", **question})
        with urlopen(f"http://127.0.0.1:{self.port}/api.php?{asked}", timeout=60) as answer:
            found: Mapping[str, Any] = json.load(answer)
            return found
