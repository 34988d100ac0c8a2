"""Code with its words told apart: classes, no styles; plain where the language is unknown.

Some of Pygments' expressions take for ever on hostile text and hold the interpreter meanwhile, so
code is highlighted in a child process alone (``child_gate.py``).
"""

import re
from html import escape

#: longer code stands plain
MAX_CODE = 40_000
_LANGUAGE = re.compile(r"[\w+#.-]{1,40}")
_PLAIN = frozenset({"text", "txt", "plain", "plaintext", "none"})


def language_of(info: str) -> str:
    """The language that the info string of a fence names; "" for none, or for plain text."""
    word = info.split(maxsplit=1)[0] if info.strip() else ""
    return word if _LANGUAGE.fullmatch(word) and word.lower() not in _PLAIN else ""


def code_html(code: str, info: str, *, highlight: bool) -> str:
    """``code`` as it stands in a ``pre``; ``info`` is what its fence says."""
    language = language_of(info)
    if not language:
        return f"<code>{escape(code, quote=False)}</code>"
    inside = highlighted(code, language) if highlight and len(code) <= MAX_CODE else None
    if inside is None:
        inside = escape(code, quote=False)
        return f'<code class="language-{escape(language)}">{inside}</code>'
    return f'<code class="highlight language-{escape(language)}">{inside}</code>'


def highlighted(code: str, language: str) -> str | None:
    """``code`` with a class at each word; None where Pygments does not know the language."""
    # Late: Pygments is large, and most pages have no code.
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return highlight(code, lexer, HtmlFormatter(nowrap=True))
