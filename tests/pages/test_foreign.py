"""Markdown of MkDocs, Hugo and Docusaurus, as this wiki says it."""

import pytest

from wiki.pages.foreign.names import rename_pages
from wiki.pages.foreign.texts import read_foreign


def read(text: str) -> tuple[str, list[str]]:
    """``text`` as ours, and what was lost."""
    lost: list[str] = []
    return read_foreign(text, lambda _what, _line, detail: lost.append(detail)), lost


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (
            '!!! note "À savoir"\n    Un.\n\n    - deux\n\nTrois.\n',
            "> [!note] À savoir\n> Un.\n>\n> - deux\n\nTrois.\n",
        ),
        ("!!! tip\n    Un.\nSuite\n", "> [!tip]\n> Un.\n\nSuite\n"),
        (
            '??? question "Plié"\n    ```\n    !!! x\n        y\n    ```\n',
            "> [!question] Plié\n> ```\n> !!! x\n>     y\n> ```\n",
        ),
        (
            '=== "Mac"\n    brew\n\n    !!! danger inline end\n        Gare.\n',
            "**Mac**\n\nbrew\n\n> [!danger]\n> Gare.\n",
        ),
        (
            "1. Un\n\n    !!! info\n        Deux.\n\nTrois\n",
            "1. Un\n\n    > [!info]\n    > Deux.\n\nTrois\n",
        ),
        ('{{% notice warning "Gare" %}}\nUn.\n{{% /notice %}}\n', "> [!warning] Gare\n> Un.\n\n"),
        (
            '{{< callout type="info" title="Oui" >}}\nUn.\n{{< /callout >}}',
            "> [!info] Oui\n> Un.\n",
        ),
        (
            '[Un]({{< relref "un.md" >}}) {{< youtube id="a-1" >}} {{< img src="b.png" alt="B" >}}',
            "[Un](un.md) <https://www.youtube.com/watch?v=a-1> ![B](<b.png>)",
        ),
        (":::tip[Titre]\nUn.\n:::\n", "> [!tip] Titre\n> Un.\n\n"),
        (':::note{#a title="Titre"}\nUn.\n:::\n', "> [!note] Titre\n> Un.\n\n"),
    ],
)
def test_boxes_tabs_and_shortcodes(theirs: str, ours: str) -> None:
    assert read(theirs) == (ours, [])


@pytest.mark.parametrize(
    "text",
    [
        "Attention !!! note\n",
        "!!! note\nrien d’indenté\n",
        "=== Titre\n",
        "```\n!!! note\n    x\n{{< gist 1 >}}\n```\n",
        "`{{< gist 1 >}}` `%%x%%` `{% a %}`\n",
        "{{</* gist 1 */>}}\n",
        "{{% notice tip %}}\njamais fermé\n".replace("{{% notice tip %}}", ":::tip"),
    ],
)
def test_what_is_none_stays_and_is_not_told(text: str) -> None:
    assert read(text) == (text, [])


def test_what_cannot_be_said_is_told() -> None:
    text = '--8<-- "a.md"\n\n{{ page.title }} {{< gist 1 >}} {% include a %}\n{: .note}\n'
    told = ['--8<-- "a.md"', "{{ page.title }}", "{{< gist 1 >}}", "{% include a %}", "{: .note}"]
    assert read(text) == (text, told)


@pytest.mark.parametrize(
    "mark", ['!!! a "', "!!! a ", "{{< img ", "{{a", '=== "a" ', "::: tip{title="]
)
def test_long_lines_and_many_boxes_are_read_in_time(mark: str) -> None:
    for text in (f"{mark}{' ' * 200_000}x", mark * 50_000, f"{mark}\n    " * 20_000):
        assert read(text)[0]


def test_names() -> None:
    files = [
        "a.md",
        "a/README.md",
        "b/readme.MD",
        "b/_index.md",
        "c/D.Markdown",
        "c/D.md",
        "home.md",
    ]
    assert rename_pages(files) == (
        {"b/readme.MD": "b/readme.md", "b/_index.md": "b/index.md", "home.md": "index.md"},
        ["c/D.Markdown"],
    )
