"""What every plugin begins with: hooks, the instance, its settings.

::

    @hookimpl
    def menu_items(reader: Reader) -> Sequence[MenuItem]:
        ...

    for group in call_hook(reader.instance.plugins.hook.fits, item=item, reader=reader, limit=3):
        ...

``call_hook`` leaves out plugins that fail. ``open_instance(settings)`` and ``close_instance`` are
for processes of your own.
"""

from wiki.config import Settings, is_loopback
from wiki.hookspecs.marks import hookimpl
from wiki.instance import Instance, close_instance, open_instance
from wiki.plugins import call_hook
from wiki.web.http.hosts import allowed_hosts

# fmt: off
__all__ = [
    "Instance", "Settings", "allowed_hosts", "call_hook", "close_instance", "hookimpl",
    "is_loopback", "open_instance",
]
# fmt: on
