"""What a label says, in words of the language that is asked for, and the picture of it."""

from dataclasses import dataclass

from babel.dates import format_date

from wiki.api.plugin import Instance
from wiki.api.translation import gettext, language, use_language

from .store import Standing
from .svg import Badge, Line, Look, draw

_SIZES = {"small": (11.0, 11.0, 11.0), "medium": (11.0, 15.0, 11.0), "large": (14.0, 21.0, 14.0)}


@dataclass(frozen=True)
class Drawn:
    """A picture and its sentence."""

    badge: Badge
    words: str


def drawn(instance: Instance, said: Standing | None, look: Look) -> Drawn:
    """The badge of a label, grey and without a name where it does not hold."""
    with use_language(look.lang):
        if said is None:
            words = gettext("Label withdrawn")
            return Drawn(draw(words, [Line(words, _SIZES[look.size][0])], look, grey=True), words)
        words = sentence(said)
        quiet, strong, last = _SIZES[look.size]
        title, site = said.event.title, instance.settings.site_name
        if look.size == "small":
            told = gettext("Presented on {day}").format(day=day_words(said))
            lines = [Line(f"{title} · {told}", quiet)]
        else:
            told = gettext("Project presented on {day}").format(day=day_words(said))
            lines = [Line(told, quiet, quiet=True), Line(title, strong, bold=True)]
        if look.size == "large":
            lines.append(Line(site, last, quiet=True))
        return Drawn(draw(words, lines, look), words)


def sentence(said: Standing) -> str:
    """The whole of it in one sentence."""
    words = gettext("{project}: project presented on {day} — {event}")
    return words.format(project=said.project.title, day=day_words(said), event=said.event.title)


def day_words(said: Standing) -> str:
    """The day, as people say it."""
    return format_date(said.day, "long", locale=language())
