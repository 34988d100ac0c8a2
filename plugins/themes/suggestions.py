"""Themes for who is writing: those of what is near the text, and those that it names.

Quick, where ``training.py`` is thorough: nothing is learnt, the service ``near`` is asked.
"""

from collections import Counter, defaultdict

from wiki.api.meaning import content_stems, near
from wiki.api.paths import slug
from wiki.api.reading import Reader
from wiki.api.reading.rows import count_facets, get_rows
from wiki.api.translation import gettext

_TYPES = ("project", "dossier", "event")
#: what is near that is looked at, and how much one further down counts less
_NEIGHBOURS, _SLOWLY = 30, 8
#: what it counts for that the text names the theme: as if the nearest two had it
_NAMED = 0.25
#: themes of the wiki that are looked for in the text, the most frequent
_KNOWN = 200
#: near pages that are told
_TOLD = 2
#: what a theme must reach: one of the nearest has it, or some further down
_LEAST = 0.1


def themes_for(text: str, reader: Reader, limit: int) -> list[tuple[str, str]]:
    """See the service ``fitting_themes``; each theme is spelt as most of those near it do."""
    scores: defaultdict[str, float] = defaultdict(float)
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    pages: defaultdict[str, list[str]] = defaultdict(list)
    found = reader.instance.plugins.call(near, text, reader, _TYPES, _NEIGHBOURS)
    paths = [one.path for one in found]
    rows = get_rows(reader, paths)
    for rank, path in enumerate(paths):
        for theme in rows[path].facts.get("theme", ()) if path in rows else ():
            scores[slug(theme)] += 1 / (_SLOWLY + rank)
            spelt[slug(theme)][theme] += 1
            pages[slug(theme)].append(rows[path].title)
    named: set[str] = set()
    said = set(content_stems(text))
    for count in count_facets(reader, ("theme",), limit=_KNOWN)["theme"]:
        if (own := content_stems(count.value)) and said.issuperset(own):
            scores[slug(count.value)] += _NAMED
            spelt[slug(count.value)][count.value] += 1
            named.add(slug(count.value))
    best = sorted(scores, key=lambda one: (-scores[one], one))
    return [
        (spelt[one].most_common(1)[0][0], _why(pages[one], said=one in named))
        for one in best
        if scores[one] >= _LEAST
    ][:limit]


def _why(pages: list[str], *, said: bool) -> str:
    """Which near pages have it, and whether the text has its words."""
    titles = ", ".join(pages[:_TOLD])
    if not titles:
        return gettext("your text says it")
    if said:
        return gettext("your text says it, and so do near pages: {titles}").format(titles=titles)
    return gettext("near pages have it: {titles}").format(titles=titles)
