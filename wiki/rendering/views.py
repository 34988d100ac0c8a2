"""Asks, before a text is laid out, everything that must be asked: block views, counts, wiki links.

A view that raises costs its own place: a notice stands there, the log has the rest. What all the
views of one page may cost is bounded by their depth and an ``Allowance``: where that is spent, the
page is cut.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from markdown_it.token import Token
from markupsafe import Markup

from wiki.cache.topics import DAY, HEAD, note
from wiki.errors import RowsUnreachable
from wiki.pages.document import read_document, read_inline
from wiki.pages.markdown.blocks import Block
from wiki.pages.markdown.walk import Heading
from wiki.pages.problems import Problem
from wiki.pages.words import slug
from wiki.rendering import allowance
from wiki.rendering.allowance import Allowance
from wiki.rendering.context import BlockView, RenderContext, Resolved
from wiki.rendering.layout import Answers, Layout, Place
from wiki.rendering.notices import notice_html
from wiki.rendering.sanitize import balance
from wiki.translation import gettext as _

#: how deep a block may show texts and blocks that show others
MAX_DEPTH = 3
#: wiki links of one page that are looked up; the rest lead where they say
MAX_LINKS = 2_000

FAILED = "This part of the page cannot be shown for now. Nothing is lost."
UNKNOWN = "Nobody here knows a block called “{name}”: its content is shown as it is."
TOO_MANY = "This page asks for more than can be shown: from here on it stands as it was written."

_log = logging.getLogger(__name__)


class Asking:
    """Asks for one page, and remembers what it was told."""

    def __init__(self, context: RenderContext, headings: Sequence[Heading] = ()) -> None:
        self.context = context
        self.headings = headings
        self.problems: list[Problem] = []
        #: whether someone was asked, who answers for an audience
        self.asked = False
        #: whether a view raised, and may not another time
        self.failed = False
        self.allowance = Allowance(context.seconds)
        #: the line of the first block in the page itself that could not be asked any more
        self.cut: int | None = None
        self._said_too_many = False
        self._links: dict[str, Resolved | None] = {}
        self._is_turned: bool | None = None
        self._counts: dict[tuple[str, str], str] = {}

    def answers(self, tokens: Sequence[Token], depth: int = 0, line: int | None = None) -> Answers:
        """What laying out ``tokens`` needs; notices are left to who knows all problems.

        ``line``: where tokens stand that are not the page's own, such as those of one item.
        """
        blocks: dict[int, str] = {}
        for token, at in _walk(tokens):
            if self.cut is not None:
                break
            if token.type == "block":
                block: Block = token.meta["block"]
                if (shown := self._block(block, depth)) is not None:
                    blocks[block.line] = shown
                else:
                    inner = self.answers(block.tokens, depth, line)
                    blocks.update(inner.blocks)
            elif token.type == "wikilink":
                self._link(token.meta["target"])
                self._turned(token.meta["target"], token.meta["text"])
            elif token.type == "image" and "embed" in token.meta:
                self._picture(token.meta["embed"])
            elif token.type == "inline_query":
                self._count(token, depth, at if line is None else line)
        return Answers(self._links, blocks, self._counts)

    def _link(self, target: str) -> None:
        resolve = self.context.resolve
        if resolve is None or target in self._links or not target:
            return
        self.asked = True
        if len(self._links) < MAX_LINKS and not self.allowance.is_spent:
            self.allowance.spend(1 / allowance.LINKS)
            found = resolve(target)
            self._links[target] = Resolved(found) if isinstance(found, str) else found

    def _turned(self, target: str, text: str) -> None:
        """The page ``text``, where this wiki writes the words of a link before its page."""
        if not (target and text) or self.context.turned is None:
            return
        if self._is_turned is None:
            self._is_turned = self.context.turned()
        if not self._is_turned:
            return
        self._link(text)
        if (found := self._links.get(text)) is not None:
            self._links[f"{target}|{text}"] = found

    def _picture(self, target: str) -> None:
        find, key = self.context.picture, f"!{target}"
        if find is None or key in self._links or self.allowance.is_spent:
            return
        self.asked = True
        self.allowance.spend(1 / allowance.LINKS)
        if (found := find(target)) is not None:
            self._links[key] = Resolved(found)

    def _block(self, block: Block, depth: int) -> str | None:
        view = self.context.views.get(block.name)
        if view is None:
            self.problems.append(
                Problem(block.line, "unknown-block", UNKNOWN, {"name": block.name})
            )
            return None
        if self.allowance.is_spent:
            if depth:
                self._too_many(block.line)
            else:
                self.cut = block.line
            return None
        return self.show(view, block, depth)

    def _too_many(self, line: int) -> None:
        if not self._said_too_many:
            self._said_too_many = True
            self.problems.append(Problem(line, "too-many-blocks", TOO_MANY))

    def _count(self, token: Token, depth: int, line: int) -> None:
        name, args = token.meta["name"], token.meta["args"]
        first = slug(args.split(maxsplit=1)[0]) if args.strip() else ""
        views = self.context.views
        view = views.get(f"inline:{name} {first}") or views.get(f"inline:{name}")
        if view is None or (name, args) in self._counts:
            return
        if self.allowance.is_spent:
            self._too_many(line)
            return
        block = Block(name, args, line, line, (), source=token.content)
        self._counts[name, args] = self.show(view, block, depth)

    def show(self, view: BlockView, block: Block, depth: int) -> str:
        """What the view makes of the block, well-formed by itself; a notice if it raises."""
        context = _Context(self, depth, block.line)
        self.allowance.spend(allowance.VIEW)
        try:
            shown = balance(str(view(block, context)))
            # What stands in it has paid for itself already: a view around others costs more.
            self.allowance.spend(len(shown) / allowance.CHARACTERS)
            return shown
        except Exception as error:
            # A plugin may raise anything, and it must cost its own place only.
            if not isinstance(error, RowsUnreachable):  # which is told once
                where = self.context.path
                _log.exception("the view of block %r on page %r failed", block.name, where)
            self.failed = True
            note((HEAD,))  # who knows what it would have asked
            self.problems.append(Problem(block.line, "failed-view", FAILED))
            return notice_html(_(FAILED))

    def inline(self, markdown: str) -> Markup:
        """One paragraph's words."""
        return _Context(self, 0).inline(markdown)

    def block(self, name: str, args: str) -> Markup:
        """A block that stands in no text."""
        return _Context(self, 0).render_block(name, args)

    def lay_out(self, tokens: Sequence[Token], depth: int, line: int | None = None) -> Markup:
        """The HTML of a part that a view shows; ``line`` as in ``call_hook``."""
        answers = self.answers(tokens, depth, line)
        return Markup(Layout(answers, place_of(self.context)).whole(tokens))  # noqa: S704


class _Context:
    """The ``BlockContext`` of one view, ``depth`` blocks deep; it sees what it is asked for.

    ``line`` is that of the view's block: what the view takes out of the page's text and gives to
    ``inline`` or ``body`` is told to stand there.
    """

    def __init__(self, asking: Asking, depth: int, line: int = 0) -> None:
        self._asking = asking
        self._depth = depth
        self._line = line
        self._asked = False
        self.path = asking.context.path
        self.lang = asking.context.lang
        self.may_edit = asking.context.may_edit
        self.own = asking.context.own
        self.headings = asking.headings

    @property
    def ask(self) -> Any:
        self._asking.asked = True
        if not self._asked:
            self._asked = True
            self._asking.allowance.spend(allowance.QUESTION)
        return self._asking.context.ask

    @property
    def today(self) -> date:
        note((DAY,))
        # Without an instance there is no site, hence no zone of its own.
        return self._asking.context.today or date.today()  # noqa: DTZ011

    def inline(self, markdown: str) -> Markup:
        inline = Token("inline", "", 0, children=[*read_inline(markdown)])
        return self._lay_out([inline], self._line)

    def body(self, markdown: str) -> Markup:
        return self._lay_out(read_document(markdown).tokens, self._line)

    def content(self, block: Block) -> Markup:
        return self._lay_out(block.tokens)

    def template(self, name: str, **data: Any) -> str:
        templates = self._asking.context.templates
        if templates is None:
            raise LookupError(name)
        return templates.get_template(name).render(**data)

    def render_block(self, name: str, args: str = "") -> Markup:
        view = self._asking.context.views.get(slug(name))
        if view is None or self._depth >= MAX_DEPTH:
            return Markup()
        block = Block(slug(name), args, self._line, self._line, ())
        return Markup(self._asking.show(view, block, self._depth + 1))  # noqa: S704

    def problem(self, problem: Problem) -> None:
        self._asking.problems.append(problem)

    def _lay_out(self, tokens: Sequence[Token], line: int | None = None) -> Markup:
        if self._depth >= MAX_DEPTH:
            return Markup()
        return self._asking.lay_out(tokens, self._depth + 1, line)


def place_of(context: RenderContext) -> Place:
    """Where the text of ``context`` is laid out in this process."""
    return Place(
        path=context.path,
        file=context.file or (f"{context.path}.md" if context.path else ""),
        may_edit=context.may_edit,
        max_html=context.max_html,
    )


def _walk(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Each token, those inside lines too, with the line that it stands on."""
    line = 0
    for token in tokens:
        if token.map is not None:
            line = token.map[0]
        yield token, line
        at = line
        for child in token.children or ():
            yield child, at
            at += child.type in ("softbreak", "hardbreak")
