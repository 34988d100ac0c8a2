"""The attack corpus in a real browser: none of it runs, past each gate alone and on real pages."""

from typing import Any

import pytest

from tests.journeys.browsing import Open
from tests.rendering import attacks
from tests.rendering.test_gate import bleached
from wiki.rendering import sanitize
from wiki.testing import token

#: puts each text into a document without any policy, stirs all of it, and says what could run
_STIR = """async texts => {
  const html = "http://www.w3.org/1999/xhtml", wrong = [];
  const schemes = ["http:", "https:", "mailto:", "tel:", "geo:", "about:", ":"];
  window.ran = 0;
  window.alert = () => { window.ran += 1; };
  addEventListener("click", event => event.preventDefault());
  for (const text of texts) {
    const box = document.createElement("div");
    document.body.append(box);
    box.innerHTML = text;
    const before = wrong.length;
    for (const one of box.querySelectorAll("*")) {
      if (one.namespaceURI !== html) wrong.push([one.localName, text]);
      for (const { name } of one.attributes)
        if (/^(on|hx-|data-|style$|name$|srcdoc$|formaction$)/.test(name)) wrong.push([name, text]);
      if (one.localName === "a" && !schemes.includes(one.protocol)) wrong.push([one.href, text]);
      for (const kind of ["click", "focus", "toggle", "mouseover", "load", "error"])
        one.dispatchEvent(new Event(kind, { cancelable: true }));
    }
    if (!(document.forms instanceof HTMLCollection) || !(document.body instanceof HTMLBodyElement)
      || typeof document.getElementById !== "function") wrong.push(["clobbered", text]);
    if (wrong.length === before) box.remove();
  }
  await new Promise(done => setTimeout(done, 200));
  return [wrong.slice(0, 5), window.ran];
}"""
#: no place of its own on a page that many share: it would take in what follows
_TAKING = ("```", "~~~", ":::", "---")
_SHORT = "<img src=x onerror=alert(1)>"
_HEAD = """---
type: project
title: '{title}'
summary: '"><svg onload=alert(1)>'
keywords: ["<script>alert(1)</script>", "' onclick=alert(1) '"]
themes: ["<img src=x onerror=alert(1)>"]
---

# "><script>alert(1)</script>

::: besoins
- [ ] <img src=x onerror=alert(1)> [x](javascript:alert(1)) #alert-1

:::

"""


@pytest.fixture
def stir(chromium: Any) -> Any:
    """``stir(texts)``: what of them could run, and how much ran, where no policy forbids it."""
    context = chromium.new_context(offline=True)
    page = context.new_page()
    yield lambda texts: page.evaluate(_STIR, texts)
    context.close()


def test_nothing_runs_past_either_gate(stir: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stir([sanitize.clean(attack) for attack in attacks.HTML]) == [[], 0]
    assert stir([bleached(attack) for attack in attacks.HTML]) == [[], 0]
    monkeypatch.setattr(sanitize, "BLEACH", False)
    assert stir([sanitize.clean(attack) for attack in attacks.HTML]) == [[], 0]
    # Not for want of looking.
    wrong, ran = stir([_SHORT, "<svg onload=alert(1)></svg>", "<a href='javascript:1'>x</a>"])
    assert (len(wrong), ran > 0) == (4, True)


def test_nothing_runs_on_real_pages(browse: Open) -> None:
    from wiki.people.accounts import add_person
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    writer = browse()
    page, site = writer.page, writer.site
    name = "' onclick=alert(1) '"
    add_person(site.instance.private, email="autre@example.org", name=name, role="admin")
    writer.log_in("autre")
    # Whoever is waited for by a dialog would run into the time limit.
    page.add_init_script("window.alert = () => { window.ran = true; };")
    apart = [
        one for one in attacks.MARKDOWN if len(one) < 2000 and not any(map(one.count, _TAKING))
    ]
    texts = ["\n\n".join(apart[start::5]) for start in range(5)]
    files = {
        f"attaque/{number}.md": (_HEAD.format(title=_SHORT + str(number)) + text).encode()
        for number, text in enumerate(texts)
    }
    repository = site.instance.repository
    author = Author(name, "main@people.invalid")
    with repository.lock():
        commit(repository, repository.head(), files, author, f"{_SHORT} <script>alert(1)</script>")
    client = site.client("autre")
    said = {"words": f"{_SHORT} [x](javascript:alert(1))", "csrf_token": token(client)}
    assert client.post("/-/comments/attaque/0", data=said).status_code in (200, 303)
    for path in (
        *(f"/attaque/{number}" for number in range(5)),
        "/-/history/attaque/0",
        "/-/changes",
        "/-/search?q=alert",
        "/-/search?q=" + "%3Cimg+src%3Dx+onerror%3Dalert(1)%3E",
        "/-/needs",
        "/-/projects",
        "/-/feed/attaque/0",
        "/-/comments/attaque/0",
        "/-/settings/attaque/0",
        "/-/edit/attaque/0",
        "/-/account",
        "/-/access/attaque/0",
        "/-/admin/people",
        "/-/admin/audit",
    ):
        answer = writer.goto(path)
        assert answer.status == 200, path
        assert page.evaluate("window.ran") is None, path
    # The editor and its preview, where people write together.
    writer.goto("/-/edit/attaque/1")
    page.wait_for_selector(".cm-card, .cm-grid, .cm-link")
    page.click(".edit-tools button:has-text('Aperçu')")
    page.wait_for_selector("[data-preview-pane] .text h1, [data-preview-pane] .text h2")
    page.fill("[type=search] >> nth=0", "alert")
    page.wait_for_selector("#hits a")
    assert page.evaluate("window.ran") is None
    feed = page.request.get(f"{site.url}/-/changes.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "<script" not in feed.text()
    # Whoever comes next finds the site as it was.
    with repository.lock():
        commit(repository, repository.head(), dict.fromkeys(files), author, "fin")
