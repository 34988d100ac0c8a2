"""What a browser refuses by the site's policy is reported, counted, and read by administrators."""

from tests.journeys.browsing import Open
from wiki.people.violations import Violation, list_violations

#: writes HTML that would run, and gives the name of what refused it; "" where nothing did
_WRITE = """html => {
  try { document.querySelector("main").innerHTML = html; return ""; }
  catch (error) { return error.name; }
}"""
_STYLE = """() => {
  const one = document.createElement("style");
  one.textContent = "main { display: none }";
  document.head.append(one);
}"""


def test_what_is_refused_is_reported_and_read(browse: Open) -> None:
    reader = browse()
    site, page = reader.site, reader.page
    reader.goto("/")
    for harmless in ("<p>Rien que du texte</p>", "<a href='/javascript:x'>a</a>"):
        assert page.evaluate(_WRITE, harmless) == ""
    for html in (
        "<img src=x onerror='window.ran = true'>",
        "<svg><script>window.ran = true</script></svg>",
        "<script src='https://ailleurs.example/a.js'></script>",
        "<a href=' java\nscript:window.ran = true'>a</a>",
        "<template><iframe srcdoc='x'></iframe></template>",
        "<form action=javascript:1></form>",
        "<svg><a><animate attributeName=href to=javascript:1></a></svg>",
    ):
        assert page.evaluate(_WRITE, html) == "TypeError", html
    page.evaluate(_STYLE)
    assert page.evaluate("window.ran") is None

    expected = {
        Violation("require-trusted-types-for", "trusted-types-sink", "", "pages.view"),
        Violation("style-src-elem", "inline", "", "pages.view"),
    }
    for _ in range(1000):
        told = list_violations(site.instance.private)
        if expected <= {Violation(one.rule, one.blocked, "", one.view) for one in told}:
            break
        page.wait_for_timeout(20)
    else:
        raise AssertionError(told)
    reader.log_in("anne").goto("/-/admin/violations")
    assert page.locator("text=un texte qui allait entrer dans une page").count()
    # That is what the console said, and nothing else.
    assert [fault for fault in reader.faults if "action has been blocked" not in fault] == []
    reader.faults.clear()
