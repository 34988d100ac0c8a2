"""Pandoc, the program that knows every kind of document; the only place that calls it.

It runs bounded (``programs.py``) and in a sandbox of its own: its readers and writers reach no file
but those named to them, and no address.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from wiki.documents.programs import require_programs, run

_HTML = "html+epub_html_exts-native_spans"
#: what its own memory may grow to, well below the limit of the process
_HEAP = "-M768m"


def convert(
    files: Mapping[str, bytes],
    source: str,
    target: str,
    options: Sequence[str] = (),
    *,
    seconds: float,
) -> bytes:
    """The file called ``input`` of ``files``, read as ``source``, written as ``target``.

    Raises what ``run`` does.
    """
    command = [program(), "--sandbox", "--from", source, "--to", target, *options]
    command += ["--output", "output", "input", "+RTS", _HEAP, "-RTS"]
    return run(command, files, "output", seconds=seconds)


def html_format(html: str) -> str:
    """The format that ``html`` is read as; its divisions count where they say a direction."""
    return _HTML + ("+native_divs" if '<div dir="' in html else "-native_divs")


@cache
def own_file(name: str) -> bytes:
    """A file that pandoc brings along, such as ``reference.docx``."""
    command = [program(), f"--output={name}", f"--print-default-data-file={name}"]
    return run(command, {}, name, seconds=20)


def program() -> str:
    """Where pandoc is. Raises NotInstalled."""
    require_programs()
    return _path()


@cache
def _path() -> str:
    import pypandoc  # 10 ms, for who makes a document

    return str(pypandoc.get_pandoc_path())
