"""All that a plugin may use of the wiki, by what it is about: nothing else of the core is imported.

Each module here says in its docstring how it is used; ``docs/plugins.md`` begins with a whole
plugin. What is not here may change without notice.

    a plugin      plugin · translation · errors · commands
    a page        pages · paths · blocks · items · html · history · editing · spaces
    what is read  reading · rows · item_rows
    an answer     web · listings · panels · feeds · downloads · documents · books
    a form        forms · open_forms
    people        people · limits · mail
    behind it     tables · jobs · projections · meaning
    the field     events · programmes · moments
"""

from importlib import import_module
from pkgutil import iter_modules
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
}


def __getattr__(name: str) -> NoReturn:
    """Raises ImportError that says where a name from before is now, AttributeError otherwise."""
    new = _RENAMED.get(name, name)
    if not name.startswith("_"):
        for module in iter_modules(__path__, f"{__name__}."):
            if new in import_module(module.name).__all__:
                raise ImportError(f"{__name__}.{name}: say `from {module.name} import {new}`")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
