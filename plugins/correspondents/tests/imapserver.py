"""A mailbox of a real IMAP server (Dovecot 2.4), an ordinary process in a folder of its own."""

import grp
import imaplib
import os
import pwd
import select
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from wiki.testing import free_port

PASSWORD = 'un "mot" de passe'
_SETTINGS = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
auth_allow_cleartext = yes
auth_failure_delay = 0
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
passdb static {{
  password = "{{PLAIN}}{password}"
}}
userdb static {{
  fields {{
    home = {folder}/home/%{{user}}
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class ImapServer:
    """The server; every name is that of an account, with a mailbox of its own and ``PASSWORD``."""

    def __init__(self) -> None:
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            pytest.skip("Dovecot is not installed (.ci/run installs it: dovecot-imapd)")
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        if not told.stdout.startswith("2.4"):
            pytest.skip(f"these settings are for Dovecot 2.4, this one is {told.stdout.split()[0]}")
        # It refuses to serve as root; a folder of pytest's could not be entered by another.
        user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.folder = Path(tempfile.mkdtemp(prefix="carrefour-imap-"))
        self.port = free_port()
        settings = self.folder / "settings"
        settings.write_text(
            _SETTINGS.format(
                folder=self.folder,
                port=self.port,
                user=user.pw_name,
                group=grp.getgrgid(user.pw_gid).gr_name,
                password=PASSWORD.replace('"', '\\"'),
            )
        )
        for path in (self.folder, settings):
            os.chown(path, user.pw_uid, user.pw_gid)
        root = os.getuid() == 0
        self._process = subprocess.Popen(
            [program, "-F", "-c", os.fspath(settings)],
            stderr=subprocess.DEVNULL,
            user=user.pw_uid if root else None,
            group=user.pw_gid if root else None,
            extra_groups=[] if root else None,
        )
        self._wait()

    def close(self) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.wait(60)
        shutil.rmtree(self.folder)

    def mailbox(self, user: str) -> "Mailbox":
        """The mailbox of an account, empty where nothing came yet."""
        return Mailbox(self.port, user)

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError, imaplib.IMAP4.error):
                imaplib.IMAP4("127.0.0.1", self.port).shutdown()
                return
            time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text())


class Mailbox:
    """What a test does with a mailbox, as another client of the same server."""

    def __init__(self, port: int, user: str) -> None:
        self.port = port
        self.user = user
        self._client = imaplib.IMAP4("127.0.0.1", port)
        self._client.login(user, PASSWORD)
        self._client.select("INBOX")

    def close(self) -> None:
        """Leaves."""
        self._client.logout()

    def put(self, raw: bytes) -> int:
        """A mail arrives; its UID."""
        status, told = self._client.append("INBOX", "", "", raw)
        assert status == "OK", told
        return max(self.found("ALL"))

    @property
    def seen(self) -> set[int]:
        """The UIDs of those marked as read."""
        return self.found("SEEN")

    @property
    def flagged(self) -> set[int]:
        """The UIDs of those set aside."""
        return self.found("FLAGGED")

    def found(self, what: str) -> set[int]:
        """The UIDs that a search finds."""
        self._client.noop()
        _status, told = self._client.uid("SEARCH", what)
        return {int(number) for number in told[0].split()}


class Cut:
    """A line to the server that breaks, once, where a client sends ``word``.

    ``silent``: it stays open, and nothing is heard of any more. Without a word, from the start.
    ``encrypted``: as the client has it; in clear to the server.
    """

    def __init__(
        self,
        port: int,
        word: bytes,
        *,
        silent: bool = False,
        encrypted: ssl.SSLContext | None = None,
    ) -> None:
        self._silent, self._encrypted = silent, encrypted
        self._ended = Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._thread = Thread(target=self._serve, args=(port, word), daemon=True)

    def __enter__(self) -> "Cut":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.close()
        self._thread.join(60)

    def _serve(self, port: int, word: bytes) -> None:
        client, _address = self._server.accept()
        if self._encrypted is not None:
            client = self._encrypted.wrap_socket(client, server_side=True)
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            while word or self._ended.wait():
                ready, _w, _x = select.select([client, server], [], [])
                for one in ready:
                    data = one.recv(65_536)
                    if not data or (one is client and word in data):
                        if data and self._silent:
                            self._ended.wait()
                        return
                    (server if one is client else client).sendall(data)
