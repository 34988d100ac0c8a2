"""Themes for who is writing: those of what is near the text, and those that it names.

Quick, where ``training.py`` is thorough: nothing is learnt, the service ``near`` is asked.
"""

from collections import Counter, defaultdict

from wiki.api.meaning import content_stems, near
from wiki.api.paths import slug
from wiki.api.reading import Reader
from wiki.api.reading.rows import count_facets, get_rows

_TYPES = ("project", "dossier", "event")
#: what is near that is looked at, and how much one further down counts less
_NEIGHBOURS, _SLOWLY = 30, 8
#: what it counts for that the text names the theme: as if the nearest two had it
_NAMED = 0.25
#: themes of the wiki that are looked for in the text, the most frequent
_KNOWN = 200
#: what a theme must reach: one of the nearest has it, or some further down
_LEAST = 0.1


def themes_for(text: str, reader: Reader, limit: int) -> list[str]:
    """See the service ``fitting_themes``; each theme is spelt as most of those near it do."""
    scores: defaultdict[str, float] = defaultdict(float)
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    found = reader.instance.plugins.call(near, text, reader, _TYPES, _NEIGHBOURS)
    paths = [one.path for one in found]
    rows = get_rows(reader, paths)
    for rank, path in enumerate(paths):
        for theme in rows[path].facts.get("theme", ()) if path in rows else ():
            scores[slug(theme)] += 1 / (_SLOWLY + rank)
            spelt[slug(theme)][theme] += 1
    said = set(content_stems(text))
    for count in count_facets(reader, ("theme",), limit=_KNOWN)["theme"]:
        if (own := content_stems(count.value)) and said.issuperset(own):
            scores[slug(count.value)] += _NAMED
            spelt[slug(count.value)][count.value] += 1
    best = sorted(scores, key=lambda one: (-scores[one], one))
    return [spelt[one].most_common(1)[0][0] for one in best if scores[one] >= _LEAST][:limit]
