"""Words and their meaning: folding, stems, the texts that have them, vectors.

::

    fold("Été") == "ete"
    content_stems("les serres connectées") == ["serr", "connect"]
    telling_words("Je peux aider samedi aux serres") == {"serr": "serres"}
    vectors = instance.vectors.at("near", encoder)
"""

from wiki.hookspecs.discovery import Fit, fits, fitting_themes, near
from wiki.meaning.encoding import Matrix, encoders
from wiki.meaning.vectors import Vectors, text_digest
from wiki.pages.words import fold
from wiki.projections.analysis import content_stems
from wiki.projections.searching.spelling import distance
from wiki.projections.searching.telling import telling_words
from wiki.projections.tables.postings import Having, Postings, having, posting_table
