"""A DokuWiki of its own for a test: Debian's, on folders of its own, filled by its JSON-RPC."""

import base64
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from wiki.testing import free_port

_PROGRAM, _SETTINGS = Path("/usr/share/dokuwiki"), Path("/etc/dokuwiki")
_FOLDERS = ("attic", "cache", "index", "locks", "log", "media", "media_attic", "media_meta")
_OWN = frozenset({"users.auth.php", "acl.auth.php", "local.php"})
#: the word that all accounts of the test have, as PHP's ``password_hash`` made it of "essai"
PASSWORD = "essai"


def is_installed() -> bool:
    """Whether Debian's package is here, and a PHP that can run it."""
    return (_PROGRAM / "doku.php").is_file() and shutil.which("php") is not None


class RealDokuWiki:
    """One site in ``folder``: its ``data`` and ``conf``; the program stays where it is."""

    def __init__(
        self, folder: Path, people: Mapping[str, tuple[str, str, str]], rules: str, settings: str
    ) -> None:
        self.folder, self.port = folder, free_port()
        self._saved: dict[str, int] = {}
        conf, data = folder / "conf", folder / "data"
        conf.mkdir(parents=True)
        for one in _SETTINGS.iterdir():
            if one.is_file() and one.name not in _OWN:
                shutil.copyfile(one, conf / one.name)
        for name in (*_FOLDERS, "meta", "pages", "tmp"):
            (data / name).mkdir(parents=True)
        secret = self._secret()
        lines = [
            f"{login}:{secret}:{name}:{mail}:{groups}\n"
            for login, (name, mail, groups) in people.items()
        ]
        (conf / "users.auth.php").write_text("# <?php exit()?>\n" + "".join(lines))
        (conf / "mime.local.conf").write_text("txt text/plain\n")
        (conf / "acl.auth.php").write_text("# <?php exit()?>\n" + rules)
        (conf / "local.php").write_text(
            f"<?php\n$conf['savedir'] = '{data}';\n$conf['useacl'] = 1;\n"
            "$conf['superuser'] = '@admin';\n$conf['remote'] = 1;\n$conf['remoteuser'] = '';\n"
            f"$conf['updatecheck'] = 0;\n{settings}"
        )
        self._first = folder / "first.php"
        self._first.write_text(
            f"<?php define('DOKU_MAIN_CONF', '{conf}/'); define('DOKU_CONF', '{conf}/');"
        )

    @staticmethod
    def _secret() -> str:
        made = subprocess.run(
            ["php", "-r", f"echo password_hash('{PASSWORD}', PASSWORD_BCRYPT, ['cost' => 4]);"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return made.stdout.replace(":", "\\:")

    @contextmanager
    def served(self) -> Iterator[None]:
        """Answers, by PHP's own server."""
        words = (f"auto_prepend_file={self._first}", "opcache.enable_cli=1", "opcache.enable=1")
        options = [word for one in words for word in ("-d", one)]
        server = subprocess.Popen(
            ["php", *options, "-S", f"127.0.0.1:{self.port}", "-t", str(_PROGRAM)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                with socket.socket() as one:
                    if not one.connect_ex(("127.0.0.1", self.port)):
                        break
                time.sleep(0.02)
            yield
        finally:
            server.terminate()
            server.wait()

    def call(self, who: str, method: str, **said: object) -> Any:
        """What the program answers to one of its people."""
        sign = base64.b64encode(f"{who}:{PASSWORD}".encode()).decode()
        asked = Request(
            f"http://127.0.0.1:{self.port}/lib/exe/jsonrpc.php/core.{method}",
            json.dumps(said).encode(),
            {"Content-Type": "application/json", "Authorization": f"Basic {sign}"},
        )
        with urlopen(asked, timeout=60) as answer:  # noqa: S310 - loopback
            told = json.load(answer)
        assert not told.get("error", {}).get("code"), told
        return told["result"]

    def save(self, who: str, page: str, text: str, summary: str, *, minor: bool = False) -> None:
        """One more state of a page; an empty text deletes it.

        The program tells states apart by their seconds: the next one is waited for where need be.
        """
        while int(time.time()) == self._saved.get(page):
            time.sleep(0.02)
        assert self.call(who, "savePage", page=page, text=text, summary=summary, isminor=minor)
        self._saved[page] = int(time.time())

    def upload(self, who: str, name: str, data: bytes) -> None:
        """A file, also again."""
        coded = base64.b64encode(data).decode()
        assert self.call(who, "saveMedia", media=name, base64=coded, overwrite=True)
