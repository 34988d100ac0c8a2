"""A text in another markup than Markdown (reStructuredText, Textile, Org …), read by pandoc."""

import re

from wiki.documents.pandoc import convert

_WRITTEN_AS = (
    "commonmark+pipe_tables+strikeout+footnotes+definition_lists+task_lists+yaml_metadata_block"
)
#: what pandoc writes of links by name, which some wikis have in all of their markups
_BRACKETS = re.compile(r"\\\[\\\[([^\[\]\n]{1,300}?)\\\]\\\]")
_NAMED = re.compile(r" \"wikilink\"\)")


def read_markup(text: str, format: str, *, seconds: float) -> str:
    """``text`` as Markdown; ``format`` is as pandoc calls it. Raises Unmade, NotInstalled …"""
    options = ("--standalone", "--wrap=none", "--markdown-headings=atx")
    files = {"input": text.encode("utf-8", "replace")}
    made = convert(files, format, _WRITTEN_AS, options, seconds=seconds)
    found = _NAMED.sub(")", made.decode("utf-8", "replace"))
    return _BRACKETS.sub(lambda link: f"[[{link[1].replace(chr(92), '')}]]", found)
