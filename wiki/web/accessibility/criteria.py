"""The 106 criteria of RGAA 4.1, each named in words of our own, and how the wiki stands to it.

``CRITERIA`` is what the statement and ``docs/rgaa.md`` are made of. The text of the criteria and of
their tests is at https://accessibilite.numerique.gouv.fr/; it alone counts.
"""

from dataclasses import dataclass

#: day of the audit
AUDITED = "2026-11-28"
CONFORM, NOT_CONFORM, NOT_APPLICABLE = "C", "NC", "NA"
THEMES = (
    "Images",
    "Frames",
    "Colours",
    "Media",
    "Tables",
    "Links",
    "Scripts",
    "What each page must have",
    "Structure",
    "Presentation",
    "Forms",
    "Navigation",
    "Consultation",
)


@dataclass(frozen=True)
class Criterion:
    """``about``: what it asks. ``how`` it was judged, or why it does not apply."""

    number: str
    about: str
    status: str
    how: str


_AXE = "axe, on every route (tests/screens, tests/journeys)"
_NU = "Nu Html Checker, on every route (tests/screens)"
_NO_MEDIA = "no video or sound: the gate lets neither pass"
_NO_FRAME = "no frame in any page: the gate lets none pass"
_NO_CAPTCHA = "no picture has to be read to prove anything"
_NO_LAYOUT = "no table is used for layout"
_C, _NC, _NA = CONFORM, NOT_CONFORM, NOT_APPLICABLE

_ROWS = (
    ("1.1", "pictures that inform have an alternative", _C, f"{_AXE}; what is empty in the text of a writer is taken for decoration"),
    ("1.2", "decoration is ignored by screen readers", _C, "icons are aria-hidden, pictures of cards have an empty alternative: read in the templates"),
    ("1.3", "alternatives say what the picture says", _C, "read in the starter pages; what members write was not audited"),
    ("1.4", "a picture to prove one is human says what it is", _NA, _NO_CAPTCHA),
    ("1.5", "there is another way to prove it", _NA, _NO_CAPTCHA),
    ("1.6", "rich pictures have a long description", _C, "charts, both maps and mind maps stand beside the same in words or as a table"),
    ("1.7", "long descriptions say what the picture says", _C, "made of the same rows as the picture (wiki/charts.py, plugins/territories, plugins/relations)"),
    ("1.8", "text is text, not a picture of it", _C, "read in the templates; a logo is exempt"),
    ("1.9", "captions belong to their picture", _C, "figure and figcaption; Nu and axe"),
    ("2.1", "frames have a title", _NA, _NO_FRAME),
    ("2.2", "that title tells what is inside", _NA, _NO_FRAME),
    ("3.1", "nothing is told by colour alone", _C, "needs, offers and states are words too; kinds on the map have shapes; looked at in forced colours"),
    ("3.2", "text stands out enough from its ground", _C, f"{_AXE}, by day and by night"),
    ("3.3", "controls and drawings stand out enough", _C, "edges of fields 3.4 to 1 by day, 4.0 by night, focus 5.9 and 9.8: worked out from the variables"),
    ("4.1", "media have a transcript", _NA, _NO_MEDIA),
    ("4.2", "transcripts say what is said", _NA, _NO_MEDIA),
    ("4.3", "media have subtitles", _NA, _NO_MEDIA),
    ("4.4", "subtitles say what is said", _NA, _NO_MEDIA),
    ("4.5", "media have an audio description", _NA, _NO_MEDIA),
    ("4.6", "audio descriptions say what is seen", _NA, _NO_MEDIA),
    ("4.7", "media can be told from what is around them", _NA, _NO_MEDIA),
    ("4.8", "drawings that one uses have an alternative", _C, "below the maps is the same as a list, without a script: plugins/relations/tests, plugins/territories/tests"),
    ("4.9", "that alternative says the same", _C, "both are made of the same rows"),
    ("4.10", "no sound begins by itself", _NA, _NO_MEDIA),
    ("4.11", "media obey keyboard and pointer", _NA, _NO_MEDIA),
    ("4.12", "drawings that one uses obey keyboard and pointer", _C, "arrows, plus and minus on the map of relations, links on that of places; the lists by keyboard"),
    ("4.13", "media and drawings work with assistive tools, or their alternative does", _C, "the lists are plain HTML"),
    ("5.1", "complex tables have a summary", _NA, "no table has merged heads"),
    ("5.2", "that summary tells how to read it", _NA, "no table has merged heads"),
    ("5.3", "layout tables read in order", _NA, _NO_LAYOUT),
    ("5.4", "titles of tables belong to them", _C, "caption, or the name of the region around; read in the templates"),
    ("5.5", "titles tell what the table is about", _C, "read in the templates"),
    ("5.6", "heads of columns and rows are heads", _C, f"th; {_NU}"),
    ("5.7", "cells are tied to their heads", _C, "scope on each, in tables of writers too: tests/rendering/pages.md"),
    ("5.8", "layout tables have no heads", _NA, _NO_LAYOUT),
    ("6.1", "links tell where they lead", _C, "those of lists name what they are about (hidden words where sight has the row); axe: label-content-name-mismatch"),
    ("6.2", "no link is empty", _C, _AXE),
    ("7.1", "scripts work with assistive tools", _NC, "roles, names and states by axe and in the code; no screen reader was used"),
    ("7.2", "alternatives of scripts do the same", _C, "tests/journeys/test_without_script.py"),
    ("7.3", "scripts obey keyboard and pointer", _C, "tests/journeys/test_keyboard.py; 14 kinds of pages gone through by Tab"),
    ("7.4", "nothing changes place or focus unannounced", _C, "no field sends by itself but search and the look, which change what is below them"),
    ("7.5", "what is said meanwhile is told", _C, "role status or alert, aria-live: read in templates and scripts"),
    ("8.1", "each page says which HTML it is", _C, _NU),
    ("8.2", "its source is valid", _C, _NU),
    ("8.3", "each page has a language", _C, _AXE),
    ("8.4", "and it is the right one", _C, "that of the interface; text has the page's own: tests/pages"),
    ("8.5", "each page has a title", _C, _AXE),
    ("8.6", "and it tells which page it is", _C, "page, then site: read in the templates"),
    ("8.7", "changes of language are marked", _NC, "texts have theirs; titles in lists, and words within texts, have not"),
    ("8.8", "by the right code", _C, "codes are checked where they are written (wiki/rendering/allow_list.py)"),
    ("8.9", "elements are used for what they mean", _C, "read in the templates; lines are paragraphs, lists are lists"),
    ("8.10", "changes of direction are marked", _C, "tests/pages/test_direction.py"),
    ("9.1", "headings give the structure", _C, f"{_AXE}: heading-order; {_NU}"),
    ("9.2", "header, navigation, main and footer are marked", _C, f"{_AXE}: landmarks"),
    ("9.3", "lists are lists", _C, f"{_AXE}; read in the templates"),
    ("9.4", "quotations are marked", _C, "blockquote for > in texts"),
    ("10.1", "the look is in style sheets", _C, f"the site's policy allows no style elsewhere; {_NU}"),
    ("10.2", "nothing is lost without them", _C, "a project looked at without any"),
    ("10.3", "and the order still makes sense", _C, "a project looked at without any; the source is in reading order"),
    ("10.4", "text can be twice as large", _C, "home, project, needs in a browser whose text is 32 pixels: nothing is cut off"),
    ("10.5", "grounds and letters are declared together", _C, "read in the variables: each has its pair"),
    ("10.6", "links in text can be told from it", _C, "underlined; axe: link-in-text-block"),
    ("10.7", "the focus can be seen", _C, "two pixels of outline at each stop of Tab on 14 kinds of pages"),
    ("10.8", "what is hidden is hidden for all", _C, "hidden, or folded in details; axe: aria-hidden-focus"),
    ("10.9", "nothing is told by shape, size or place alone", _C, "read in the templates"),
    ("10.10", "and what is told otherwise says it", _C, "read in the templates"),
    ("10.11", "pages fit 320 pixels without scrolling both ways", _C, "every route (tests/screens/test_axe.py); tables, code and maps scroll by themselves"),
    ("10.12", "room between letters, words and lines can be larger", _C, "every route with the room of WCAG 1.4.12, at 320 pixels: nothing is too wide; nothing was cut off on 25 kinds of pages"),
    ("10.13", "what shows on hover or focus can be mastered", _NC, "the name beside the pointer on the map of relations"),
    ("10.14", "what style sheets alone show can be had by keyboard", _C, "nothing shows on hover alone but underlines and tips"),
    ("11.1", "fields have a label", _C, _AXE),
    ("11.2", "labels say what is asked", _C, "read in the templates and in French and English catalogues"),
    ("11.3", "the same is called the same", _C, "labels come from the same catalogues and macros (templates/_ui.html)"),
    ("11.4", "labels stand beside their field", _C, "above it, by one macro; looked at on both screens"),
    ("11.5", "fields that belong together are grouped", _C, "fieldset for choices: read in the templates"),
    ("11.6", "groups have a legend", _C, f"legend; {_NU}"),
    ("11.7", "legends say what the group is", _C, "read in the templates"),
    ("11.8", "long choices are grouped", _NA, "no list to choose from has groups of different kinds"),
    ("11.9", "buttons say what they do", _C, f"{_AXE}; verbs, by the rules of the house"),
    ("11.10", "what is wrong, or has to be filled in, is told", _C, "tests/web/test_forms.py; aria-invalid and aria-describedby by one macro"),
    ("11.11", "and how to put it right", _C, "each refusal is a sentence that says what to do: tests/test_bad_input.py"),
    ("11.12", "what has consequences can be undone or checked", _C, "all of history can be restored; an account's end is asked twice"),
    ("11.13", "fields about oneself can be filled in by the browser", _C, "autocomplete on names, addresses and passwords"),
    ("12.1", "there are two ways to find a page", _C, "menu and search on each page"),
    ("12.2", "menus stand in the same place", _C, "one template (templates/base.html)"),
    ("12.3", "a map of the site is right", _NA, "menu and search are the two ways"),
    ("12.4", "it is reached in the same way everywhere", _NA, "menu and search are the two ways"),
    ("12.5", "so is search", _C, "one template (templates/_site_header.html)"),
    ("12.6", "areas of a page can be reached or skipped", _C, f"{_AXE}: landmarks"),
    ("12.7", "a link skips to the text", _C, "tests/journeys/test_keyboard.py"),
    ("12.8", "the order of Tab makes sense", _C, "14 kinds of pages gone through by Tab; no positive tabindex"),
    ("12.9", "the keyboard is never caught", _C, "14 kinds of pages gone through by Tab; Escape, then Tab leaves the editor"),
    ("12.10", "single keys are no commands, or can be put off", _C, "commands of the editor have Control or Alt; others work in their own field alone"),
    ("12.11", "what shows on hover or focus can be reached by keyboard", _C, "menus are details; suggestions by arrows: tests/journeys/test_keyboard.py"),
    ("13.1", "no time runs out on one", _C, "no page reloads by itself; what was typed is kept: tests/people/test_drafts.py"),
    ("13.2", "no window opens by itself", _C, "none does"),
    ("13.3", "documents have an accessible version", _NC, "what the wiki exports is there as a page; what people attach is as they made it"),
    ("13.4", "that version says the same", _C, "exports are made of the page"),
    ("13.5", "cryptic signs have an alternative", _C, "signs such as ✓ are hidden and said in words; texts of writers were not audited"),
    ("13.6", "and it says what they mean", _C, "read in the templates"),
    ("13.7", "nothing flashes", _C, "nothing does"),
    ("13.8", "what moves can be stopped", _C, "nothing moves by itself; 12 kinds of pages with reduced motion: no transition is left"),
    ("13.9", "pages work upright and lying", _C, "both widths; no orientation is asked for"),
    ("13.10", "complex gestures have a simple way", _C, "buttons beside pinching and dragging on the map of relations, numbers and buttons beside dragging in lists"),
    ("13.11", "what is pressed can be taken back", _C, "everything happens when the pointer is let go: links, buttons and forms of the browser"),
    ("13.12", "moving the device is never needed", _NA, "nothing listens to movement"),
)  # fmt: skip

CRITERIA: tuple[Criterion, ...] = tuple(Criterion(*row) for row in _ROWS)


def count_of(status: str) -> int:
    """How many criteria stand so."""
    return sum(one.status == status for one in CRITERIA)


def rate() -> int:
    """The share, in whole percent, of the criteria that apply and are met."""
    met = count_of(CONFORM)
    return 100 * met // (met + count_of(NOT_CONFORM))
