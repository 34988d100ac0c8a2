"""What was chosen as CSS: variables alone, for light and for dark, and nothing that loads."""

from wiki.config.look.colours import hovered, nearest, words_on
from wiki.config.look.values import Look

#: the variables of a face: words that are read, and tools
_FACES = {
    "figtree": 'Figtree, "Figtree Fallback", system-ui, sans-serif',
    "atkinson": '"Atkinson Hyperlegible Next", "Figtree Fallback", system-ui, sans-serif',
}
#: files of the front end that a first view in a face loads
FILES = {
    "literata": ("literata-latin-400-normal.woff2", "figtree-latin-wght-normal.woff2"),
    "figtree": ("figtree-latin-wght-normal.woff2",),
    "atkinson": ("atkinson-hyperlegible-next-latin-wght-normal.woff2",),
}


def accents(look: Look) -> dict[str, str]:
    """The accent in light and in dark; the dark one follows from the light one, and the reverse."""
    chosen = look.accent or look.accent_dark
    if not chosen:
        return {}
    return {
        "light": look.accent or nearest(chosen, "light"),
        "dark": look.accent_dark or nearest(chosen, "dark"),
    }


def style_sheet(look: Look) -> str:
    """The style sheet of ``look``; "" where the wiki is as it comes."""
    rules = []
    if face := _FACES.get(look.font):
        rules.append(f":root{{--font-serif:{face};--font-sans:{face}}}")
    if found := accents(look):
        dark = _variables(found["dark"])
        rules += [
            f":root{{{_variables(found['light'])}}}",
            f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{dark}}}}}',
            f':root[data-theme="dark"]{{{dark}}}',
        ]
    return "\n".join((*rules, "")) if rules else ""


def trial_sheet(look: Look, light: str = "#fcfaf6", dark: str = "#191715") -> str:
    """The style sheet of pieces that show ``look`` side by side in light and in dark.

    ``light`` and ``dark`` are the grounds of its theme.
    """
    found = accents(look) or {"light": "#2d2820", "dark": "#efe8db"}
    face = _FACES.get(look.font, 'Literata, "Literata Fallback", Georgia, serif')
    tools = _FACES.get(look.font, _FACES["figtree"])
    grounds = {"light": (light, "#26221c"), "dark": (dark, "#ebe5da")}
    return "".join(
        f".look-try .in-{mode}{{--background:{ground};--foreground:{ink};"
        f"--font-serif:{face};--font-sans:{tools};{_variables(found[mode])}}}\n"
        for mode, (ground, ink) in grounds.items()
    )


def _variables(accent: str) -> str:
    return (
        f"--primary:{accent};--primary-foreground:{words_on(accent)};"
        f"--primary-hover:{hovered(accent)};--ring:{accent};--underline:{accent}"
    )
