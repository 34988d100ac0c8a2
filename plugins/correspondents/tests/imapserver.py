"""A mailbox that speaks what the plugin asks of IMAP4rev1 (RFC 3501), over a socket, in a thread.

It was put beside a whole server (pymap) by hand: the plugin reads both alike.
"""

import re
import socketserver
from threading import Thread
from typing import Any

USER, PASSWORD = "boite", 'un "mot" de passe'
_COMMAND = re.compile(rb"(\S+) (?:UID )?(\w+) ?(.*)\r\n")


class ImapServer:
    """``mails`` by their UID; ``seen`` those marked; ``asked`` every command, without log-ins."""

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.asked: list[str] = []
        #: the connection breaks at this command, once
        self.break_at = ""
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                server.serve(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()

    def put(self, raw: bytes) -> int:
        """A mail arrives; its UID."""
        number = max(self.mails, default=100) + 1
        self.mails[number] = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return number

    def serve(self, connection: Any) -> None:
        """One client, until it goes."""
        say = connection.wfile.write
        say(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        entered = False
        for line in connection.rfile:
            found = _COMMAND.match(line)
            if not found:
                say(b"* BAD what?\r\n")
                continue
            tag, command, rest = found[1], found[2].decode().upper(), found[3].decode()
            if command != "LOGIN":
                self.asked.append(f"{command} {rest}".strip())
            if command == self.break_at:
                self.break_at = ""
                return
            if command == "CAPABILITY":
                say(b"* CAPABILITY IMAP4rev1\r\n")
            elif command == "LOGIN":
                quoted = PASSWORD.replace('"', '\\"')
                entered = rest in (f'{USER} "{quoted}"', f'"{USER}" "{quoted}"')
            elif command == "SELECT" and rest == '"INBOX"':
                say(b"* %d EXISTS\r\n" % len(self.mails))
            elif command == "SEARCH":
                unseen = " ".join(str(one) for one in sorted(self.mails) if one not in self.seen)
                say(f"* SEARCH {unseen}".rstrip().encode() + b"\r\n")
            elif command == "FETCH":
                self._fetch(say, *rest.split(" ", 1))
            elif command == "STORE":
                self.seen.add(int(rest.split()[0]))
            elif command == "LOGOUT":
                say(b"* BYE\r\n" + tag + b" OK done\r\n")
                return
            good = entered or command == "CAPABILITY"
            good = good and not (command == "SELECT" and rest != '"INBOX"')
            say(tag + (b" OK done\r\n" if good else b" NO not so\r\n"))

    def _fetch(self, say: Any, number: str, what: str) -> None:
        raw = self.mails[int(number)]
        if "HEADER" in what:
            data, name = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", "BODY[HEADER]"
        else:
            data, name = raw, "BODY[]"
        start = f"* 1 FETCH (UID {number} RFC822.SIZE {len(raw)} {name} {{{len(data)}}}\r\n"
        say(start.encode() + data + b")\r\n")
