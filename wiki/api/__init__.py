"""All that a plugin may use of the wiki, by what it is about: nothing else of the core is imported.

Each module here offers what it imports, and says in its docstring how that is used;
``docs/plugins.md`` begins with a whole plugin. What is not here may change without notice.

    a plugin      plugin · translation · errors · commands
    a page        pages · pages.blocks · pages.items · pages.editing · pages.spaces · paths
    what is read  reading · reading.rows · reading.item_rows · reading.html · reading.history
    an answer     web · web.listings · web.feeds · web.downloads · panels · documents · pages.books
    programs      web.json_api · web.jsonld · web.programs · web.outside · web.networks
    of others     web.elsewhere
    a form        web.forms · web.open_forms
    people        people · limits · mail
    behind it     tables · jobs · projections · meaning
    moving in     imports · imports.files · imports.markdown · imports.vocabulary · imports.records
    from wikis    imports.dialects
    from git      imports.repository · imports.foreign
    the field     events · programmes · moments · guides · sisters
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import NoReturn

#: names from before, where they are called otherwise now
_RENAMED = {
    "answers": "call_hook",
    "note_in_trail": "record_audit",
    "page_of": "render_page",
    "post": "send_mail",
    "put": "queue_mail",
    "say": "flash_message",
    "share": "share_response",
    "show_anew": "invalidate_pages",
    "tell": "add_story_line",
    "traps": "antispam",
    "visible_condition": "visible",
}


def __getattr__(name: str) -> NoReturn:
    """Raises ImportError that says where a name from before is now, AttributeError otherwise."""
    new = _RENAMED.get(name, name)
    if not name.startswith("_"):
        for module in list_modules():
            if hasattr(import_module(module), new):
                raise ImportError(f"{__name__}.{name}: say `from {module} import {new}`")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def list_modules() -> Iterator[str]:
    """The full names of the modules that there are."""
    return (module.name for module in walk_packages(__path__, f"{__name__}."))


class _FormerModules:
    """An importer that finds nothing: it is asked last, and says where a module is now."""

    @staticmethod
    def find_spec(name: str, *_unused: object) -> None:
        """Raises ImportError for a module of before, which lay beside all others."""
        package, _, last = name.rpartition(".")
        for module in list_modules() if package == __name__ else ():
            if module.endswith(f".{last}"):
                raise ImportError(f"{name}: say `from {module} import …`")


sys.meta_path.append(_FormerModules)
