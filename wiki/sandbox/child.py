"""The child process of ``functions.py``: ``child.py MODULE FUNCTION LANGUAGE``, in its folder.

``MODULE`` is a name below ``wiki``, or the file of a module, such as a plugin's: it may import
those beside it; the package that they are in is not run. The answer is a line of JSON, and the
bytes that it tells the lengths of.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from wiki import errors
from wiki.charsets import restrict_codecs
from wiki.translation import add_translations, speak_as_parent, use_language


def main() -> None:
    """Calls the function."""
    module, name, language = sys.argv[1:]
    restrict_codecs()
    speak_as_parent()
    function = _function(module, name)
    question = json.loads(Path("question").read_bytes())
    parts: list[bytes] = []
    told: dict[str, Any]
    try:
        with use_language(language):
            answer, found = function(question, Path("data").read_bytes())
        parts = list(found)
        told = {"answer": answer, "lengths": [len(part) for part in parts]}
    except errors.WikiError as error:
        kind = next(one for one in type(error).__mro__ if one.__module__ == errors.__name__)
        told = {"error": kind.__name__, "words": error.words}
    with Path("answer").open("wb") as file:
        file.write(json.dumps(told).encode() + b"\n")
        file.writelines(parts)


def _function(module: str, name: str) -> Any:
    if module.endswith(".py"):
        file = Path(module)
        package = ModuleType("_of_child")
        package.__path__ = [str(file.parent)]
        sys.modules[package.__name__] = package
        add_translations(file.parent / "translations")
        module = f"{package.__name__}.{file.stem}"
    return getattr(import_module(module), name)


if __name__ == "__main__":
    main()
