"""A page of the living page's tests, what stands on its screen, what it is made to say."""

from typing import Any

TEXT = "#text"


PAGE = """---
title: Un essai
---

# Un titre

Du **gras**, de l’*italique*, un [lien](<https://example.org/>) et [[charte|la charte]].

- un
  - deux
- [ ] à faire
- [x] fait

> une citation

| Nom | Âge |
| --- | ---: |
| Léa | 30 |
| a \\| b |

::: besoins
- [ ] Une salle à Rennes #salle {#b-7k2qx9ma}

:::

::: inconnu
mot

:::

La fin.
"""


TABLE = "| a | b |\n| --- | --- |\n| c | d |"


BLOCK = "::: besoins\n- [ ] un\n\n:::"


def shown(page: Any) -> str:
    """What stands on the screen."""
    return str(page.locator(".cm-content").inner_text())


_PUT = """([text, at]) => {
  const {view} = document.querySelector("form[data-editor]").editor.surface;
  const changes = {from: 0, to: view.state.doc.length, insert: text};
  view.dispatch({changes, selection: {anchor: at}});
  view.focus();
}"""


def put(page: Any, text: str) -> None:
    """Has the page say ``text``, with the cursor at its ‹."""
    at = text.find("‹")
    page.evaluate(_PUT, [text.replace("‹", ""), max(at, 0)])
