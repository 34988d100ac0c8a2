"""Words in the reader's language: French and English in the catalogues beside your code.

::

    gettext("Saved."), ngettext("One need", "{count} needs", count).format(count=count)
    TITLE = lazy("Needs")  # translated each time that it is shown
    with use_language(person.lang):
        words = gettext("You are invited.")
"""

from wiki.translation import gettext, language, lazy, ngettext, use_language
