"""Who last touched each line of a file, read from ``git blame``."""

from pathlib import Path

from wiki.errors import TooLarge
from wiki.repository.commits import read_time
from wiki.repository.faults import damaged
from wiki.repository.objects import BlameLine
from wiki.repository.process import GitFailed, run
from wiki.translation import _


def read_blame(folder: Path, file: str, commit: str) -> list[BlameLine]:
    """One entry a line of ``file`` as of ``commit``, which must stand there.

    Raises TooLarge where git finds no answer in the time of a request.
    """
    try:
        # No --end-of-options: blame loses the path behind it. ``commit`` is a hash in any case.
        _status, output = run(folder, "blame", "--line-porcelain", commit, "--", file)
    except GitFailed as error:
        if error.status > 0:
            raise damaged() from error
        raise TooLarge(_("The history of this page is too long to be told by line.")) from error
    lines: list[BlameLine] = []
    facts: dict[str, str] = {}
    for raw in output.split(b"\n"):
        text = raw.decode("utf-8", "replace")
        if text.startswith("\t"):
            lines.append(
                BlameLine(
                    commit=facts["commit"],
                    author_name=facts.get("author", ""),
                    author_mail=facts.get("author-mail", "").strip("<>"),
                    when=read_time(f"{facts.get('author-time')} {facts.get('author-tz')}"),
                    line=text[1:].removesuffix("\r"),
                )
            )
            facts = {}
        elif not facts:
            facts["commit"] = text[:40]
        else:
            key, _space, value = text.partition(" ")
            facts[key] = value
    return lines
