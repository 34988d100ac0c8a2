"""What the core's and plugins' tests stand on: a real wiki in a temporary folder, and its people.

Loaded by ``-p wiki.testing``, with the fixtures of the modules below. Modules of ours are imported
inside the fixtures, so that coverage sees them being loaded.
"""

from wiki.testing.servers import Server, free_port
from wiki.testing.texts import block_cases, neat, unkeyed
from wiki.testing.wikis import DATA, PASSWORD, token

__all__ = [
    "DATA",
    "PASSWORD",
    "Server",
    "block_cases",
    "free_port",
    "neat",
    "token",
    "unkeyed",
]

pytest_plugins = ("wiki.testing.once", "wiki.testing.wikis", "wiki.testing.servers")
