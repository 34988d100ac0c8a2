"""Several nodes of one wiki: a folder each, the same rows on PostgreSQL, the same pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from werkzeug.test import Client

from wiki.app import create_application
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance, watch_changes
from wiki.parts.creation import found
from wiki.parts.identity import database_url
from wiki.people.store.listener import Listener

#: what of an instance's folder all nodes have; pages are in one place
_COPIED, _SHARED = ("identity", "secret"), ("content.git", "lock", "proposals.git")


@dataclass
class Node:
    """A node that listens, and answers visitors."""

    instance: Instance
    client: Client

    def read(self, path: str) -> str:
        """What a visitor is shown, whole."""
        return self.client.get(path).get_data(as_text=True)

    @property
    def is_kept(self) -> bool:
        """Whether it keeps answers by now."""
        return self.instance.pulse.number is not None


def new_folder(folder: Path, url: str, beside: Path | None = None) -> Path:
    """The folder of a node whose rows are at ``url``: a new wiki's, or one more of ``beside``."""
    folder.mkdir()
    (folder / "wiki.toml").write_text(f'database_url = "{url}"\n', "utf-8")
    if beside is None:
        found(load_settings(folder, environ={}), empty=True)
        return folder
    for name in _COPIED:
        shutil.copy2(beside / name, folder / name)
    for name in _SHARED:
        (folder / name).symlink_to(beside / name)
    return folder


@contextmanager
def running(folder: Path, listens: str = "") -> Iterator[Node]:
    """The node of ``folder`` with all that a server's processes have; it ``listens`` there."""
    instance, ended = open_instance(load_settings(folder, environ={})), Event()
    private, pulse = instance.private, instance.pulse
    assert private.nodes is not None
    assert private.versions is not None
    url = listens or database_url(instance.settings)
    listener = Listener(url, private.nodes, private.versions, pulse, instance.repository.head)
    threads = [watch_changes(instance, ended), Thread(target=listener.run, args=(ended.is_set,))]
    threads[1].start()
    try:
        yield Node(instance, Client(create_application(instance)))
    finally:
        ended.set()
        for thread in threads:
            thread.join(60)
        close_instance(instance)
