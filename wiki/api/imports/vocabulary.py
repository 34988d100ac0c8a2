"""Words of tables and forms in French and English, folded (``slug``), for guesses.

::

    slug("Département") in HEADS["territory"]  # the fields that heads of columns mean
    any(word in slug("Annuaire des membres") for word in KINDS["person"])
    STAGES["experimentation"]  # pilote; what nobody publishes of a person is in PERSONAL
"""

from wiki.imports.words.vocabulary import ENGLISH_STAGES, HEADS, KINDS, PERSONAL, REGIONS, STAGES
