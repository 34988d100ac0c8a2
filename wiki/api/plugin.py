"""What every plugin begins with: hooks, the instance, its settings.

::

    @hookimpl
    def menu_items(reader: Reader) -> Sequence[MenuItem]:
        ...

    for steps in call_hook(instance.plugins.hook.event_steps, event=event, reader=reader):
        ...

    @hookimpl
    def services() -> Sequence[Provided]:
        return [provide(fits, fits_for)]

    for fit in instance.plugins.call(fits, item, reader, 3):
        ...

    tell(instance.plugins.hook.asked_in_vain, words=words, way="question", reader=reader)

``call_hook``, ``tell`` and ``call`` leave out plugins that fail. ``open_instance(settings)`` and
``close_instance`` are for processes of your own. Whether ``is_installed("mcp")``,
an extra, and ``how_to_add`` it, as a command. ``cached_property``: Python's, without its lock.
"""

from wiki import __version__
from wiki.cache.properties import cached_property
from wiki.config import Settings, is_loopback
from wiki.hookspecs.marks import hookimpl
from wiki.hookspecs.services import Provided, provide
from wiki.hookspecs.site import Theme
from wiki.instance import Instance, close_instance, open_instance
from wiki.plugins import call_hook, tell
from wiki.resources import how_to_add, is_installed
from wiki.web.http.hosts import allowed_hosts
