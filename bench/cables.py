"""Ways between machines that can be cut, in a process of their own.

Beside sixty threads of clients, each piece that passes would wait for their turns.
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import IO, cast

from tests.nodes.proxy import Proxy

_WHOLE, _SILENT, _OFF = "whole", "silent", "off"


class Cables:
    """One to each of the ``ports`` of this machine; ``self.ports`` are their beginnings."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.cables", *map(str, ports)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports = tuple(map(int, self._answer().split()))

    def cut(self, *, silent: bool) -> None:
        """Without a word, or such that all calls fail."""
        self._say(_SILENT if silent else _OFF)

    def heal(self) -> None:
        """Ends it."""
        self._say(_WHOLE)

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def _say(self, word: str) -> None:
        given = cast(IO[str], self._process.stdin)
        given.write(f"{word}\n")
        given.flush()
        self._answer()

    def _answer(self) -> str:
        return cast(IO[str], self._process.stdout).readline()


def main() -> None:
    """Until nothing more is said."""
    proxies = [Proxy(int(word)) for word in sys.argv[1:]]
    print(*(one.port for one in proxies), flush=True)
    for line in sys.stdin:
        word = line.strip()
        for one in proxies:
            one.off = word == _OFF
            one.silent = word == _SILENT
        print(word, flush=True)
    for one in proxies:
        one.close()


if __name__ == "__main__":
    main()
