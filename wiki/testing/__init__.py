"""What the core's and plugins' tests stand on: a real wiki in a temporary folder, and its people.

Loaded by ``-p wiki.testing``, with the fixtures of the modules below. Modules of ours are imported
inside the fixtures, so that coverage sees them being loaded.
"""

from wiki.testing.browsers import signed_in, token
from wiki.testing.children import ended_by
from wiki.testing.fork_server import ForkedProcess, ForkServer
from wiki.testing.places import Place, read_mail, text_of
from wiki.testing.rest import settled
from wiki.testing.servers import Server, WebServer, chromium_path, free_port, sign_in
from wiki.testing.sisters import mount_sister
from wiki.testing.texts import block_cases, neat, unkeyed
from wiki.testing.wikis import DATA, PASSWORD

__all__ = [
    "DATA",
    "PASSWORD",
    "ForkServer",
    "ForkedProcess",
    "Place",
    "Server",
    "WebServer",
    "block_cases",
    "chromium_path",
    "ended_by",
    "free_port",
    "mount_sister",
    "neat",
    "read_mail",
    "settled",
    "sign_in",
    "signed_in",
    "text_of",
    "token",
    "unkeyed",
]

pytest_plugins = (
    "wiki.testing.once",
    "wiki.testing.wikis",
    "wiki.testing.buckets",
    "wiki.testing.browsers",
    "wiki.testing.places",
    "wiki.testing.servers",
    "wiki.testing.intake",
)
