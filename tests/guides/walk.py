"""Someone who does what a guide says, in a browser: by what stands on the screen, counted."""

from typing import Any

from tests.guides.guide import Guide, even
from tests.guides.studio import Studio
from tests.journeys.browsing import Site, mailed
from tests.journeys.stopwatch import Count
from wiki.web.antispam import FASTEST, STAMP

#: what one presses
_PRESSED = (
    ":is(a, button, summary, label):visible",
    ":is([role=button], [role=option], input[type=submit]):visible",
)
#: what one types into
_FIELDS = ":is(textarea, input:not([type=radio], [type=checkbox], [type=hidden])):visible"
#: milliseconds until a form that says when it was opened may be sent; none for all else
_EARLY = """(target, [stamp, fastest]) => {
  if (!target.form?.elements.namedItem(stamp)) return 0;
  const [came] = performance.getEntriesByType("navigation");
  return Math.max(0, came.responseStart + fastest - performance.now());
}"""
#: how often it is looked for what is not there yet
_LOOKS = 400


class Walk:
    """The first task of a guide, done as it is written: label after label."""

    def __init__(self, guide: Guide, page: Any, site: Site, studio: Studio) -> None:
        self.guide, self.page, self.site, self.studio = guide, page, site, studio
        self.count = Count(words=len(guide.first_task.split()))
        self._told = guide.labels(guide.first_task)
        self._done = 0

    def goto(self, path: str) -> None:
        """Goes to an address of the site."""
        self.page.goto(self.site.url + path)

    def read(self, selector: str = "main") -> None:
        """Reads all that is seen of a part of the screen."""
        self.count.words += len(self.page.locator(selector).first.inner_text().split())

    def see(self, within: str = "body") -> str:
        """The next label of the guide is there to be read."""
        label = self._next()
        self._find(f"{within} *:visible", label=label)
        return label

    def press(self, within: str = "main", *, stays: bool = False, picture: str = "") -> None:
        """Presses the next label of the guide; it leads to another page unless it ``stays``."""
        label = self._next()
        target = self._find_pressed(within, label)
        target.scroll_into_view_if_needed()
        if picture:
            self.studio.picture(self.page, picture, target)
        self.count.presses += 1
        if stays:
            target.click()
            return
        # What is open to all takes nothing that was written faster.
        if early := target.evaluate(_EARLY, [STAMP, 1000 * FASTEST]):
            self.page.wait_for_timeout(early)
        with self.page.expect_navigation():
            target.click()

    def fill(self, words: str) -> None:
        """Presses into the field that the next label of the guide names, and types."""
        label = self._next()
        main = self.page.locator("main")
        field = main.locator(_FIELDS).and_(main.get_by_label(label)).first
        self.count.presses += 1
        self.count.keys += len(words)
        field.fill(words)

    def choose(self, *, picture: str = "") -> None:
        """Presses the choice that the next label of the guide names."""
        self.press(stays=True, picture=picture)

    def picture(self, name: str, selector: str = "") -> None:
        """The screen as it is now, for the guide."""
        target = self.page.locator(selector).first if selector else None
        self.studio.picture(self.page, name, target)

    def write(self, name: str, words: str) -> None:
        """Presses into the one field that there is, which the guide need not name, and types."""
        self.count.presses += 1
        self.count.keys += len(words)
        self.page.fill(f"main [name={name}]", words)

    def follow(self, selector: str) -> None:
        """Follows a link whose words are those of a page, and not of the wiki."""
        self.count.presses += 1
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def menu(self) -> None:
        """Opens the menu under one's name, and presses the next label of the guide there."""
        self.count.presses += 1
        self.page.locator("header summary:visible").last.click()
        self.press("header")

    def mail(self, address: str, pattern: str) -> None:
        """Follows the link in the newest mail to ``address`` that has one."""
        self.count.presses += 1
        self.goto(mailed(self.site, address, pattern))

    def log_in(self, email: str, password: str) -> None:
        """As the guide begins for those who have an account: by the three labels of the form."""
        self.goto("/")
        self.press("header")
        self.fill(email)
        self.fill(password)
        self.press()

    def end(self) -> None:
        """Everything that the guide names was there."""
        assert self._done == len(self._told), f"not done: {self._told[self._done :]}"

    def _next(self) -> str:
        assert self._done < len(self._told), f"{self.guide.path.name} says no more"
        self._done += 1
        return self._told[self._done - 1]

    def _find_pressed(self, within: str, label: str) -> Any:
        return self._find(*(f"{within} {kind}" for kind in _PRESSED), label=label)

    def _find(self, *selectors: str, label: str) -> Any:
        """The first that one of the selectors finds, once one does."""
        for _ in range(_LOOKS):
            for selector in selectors:
                if found := self._look(selector, label):
                    return found
            self.page.wait_for_timeout(50)
        raise AssertionError(self._missing(label))

    def _look(self, selector: str, label: str) -> Any:
        """What says ``label`` and no more; else what begins so; else what holds it."""
        found = self.page.locator(selector, has_text=label)
        texts = [even(one) for one in found.all_inner_texts()]
        for fits in (label.__eq__, lambda one: one.startswith(label), lambda one: label in one):
            for number, text in enumerate(texts):
                if fits(text):
                    return found.nth(number)
        return None

    def _missing(self, label: str) -> str:
        seen = even(self.page.locator("body").inner_text())[:1500]
        return f"{self.guide.path.name}: “{label}” is not on {self.page.url}: {seen}"
