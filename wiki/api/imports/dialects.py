"""What dialects of wikis have in common on their way to our Markdown: links, losses, lists, tables.

::

    Target("page", "projets/lora", "LoRa").write_link("le projet")  # [[projets/lora|le projet]]
    losses.add(_("A macro"), "{{Infobox}}", 12)  # then one of losses.found.values()
    ListItem("", "", [ListItem("#", "un"), ListItem("#", "deux")]).write_list(blocks)
    write_table([["Nom", "Rôle"], ["Awa", "porteuse"]])
    enclose(runs, start, "code")  # the runs from start on as one of code
"""

from wiki.imports.words.dialects import (
    ListItem,
    Loss,
    Losses,
    Target,
    enclose,
    write_paragraph,
    write_table,
)
