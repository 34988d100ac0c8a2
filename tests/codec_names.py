"""Every name that Python has a codec under, browsers an encoding, and some that nobody has."""

import encodings
import pkgutil
from encodings.aliases import aliases

from webencodings.labels import LABELS

MODULES = {one.name for one in pkgutil.iter_modules(encodings.__path__)} - {"aliases"}
#: and names that a decoder asked by mistake takes for something else
NAMES = sorted(
    {*MODULES, *aliases, *aliases.values(), *LABELS}
    | {"", "x" * 40, "utf-8\0", "\ud800", "ﬀ", "unicode-escape", "UTF-8", " utf-8 ", "../os"}
)
