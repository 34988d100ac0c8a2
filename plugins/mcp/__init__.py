"""Assistants ask the wiki and propose to it, by the Model Context Protocol.

Adds a process (``service``) that answers at ``/-/mcp`` with what the wiki's own API answers to the
same token.
"""

from collections.abc import Sequence

from wiki.api.jobs import process
from wiki.api.plugin import Provided, hookimpl, provide

from . import service


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(process.named(service.NAME), service.process)]
