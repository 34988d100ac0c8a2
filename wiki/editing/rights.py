"""Who may change what, asked under the lock, of the head that the change will stand on."""

from collections.abc import Collection

from wiki.editing.inheritance import OPENNESS, check_below_kept, decided
from wiki.errors import AlreadyExists, BadField, Forbidden, LogInFirst, NotAllowed
from wiki.pages.access import RIGHTS_KEYS, Access, below
from wiki.pages.head.changes import key_lines, whole_head
from wiki.pages.page import Page
from wiki.pages.paths import parent
from wiki.people.access import policy
from wiki.people.person import Person
from wiki.projections.pagespan import head_text
from wiki.reading import Reader
from wiki.reading.pages import find_twin, page_exists
from wiki.repository.objects import Author
from wiki.translation import gettext as _

#: what must be readable for sure in the head of a page: its type decides, too, whose page it is
_SURE = (*RIGHTS_KEYS, "type")


def someone(reader: Reader) -> Person:
    """The person who asks; raises LogInFirst for a visitor."""
    if reader.person is None:
        raise LogInFirst(_("Log in first. What you wrote is kept here."))
    return reader.person


def author_of(reader: Reader) -> Author:
    """Who the person's commits name: the name they chose, and an address that is nobody's."""
    person = someone(reader)
    return Author(person.name, person.alias, reader.program)


def check_may_edit(reader: Reader, path: str) -> None:
    """Raises NotAllowed, LogInFirst or Forbidden where the person may not edit ``path``."""
    someone(reader)  # first: a visitor is answered the same whatever stands there
    if not policy.may_read(reader.audience, reader.access(path), path):
        raise NotAllowed(_("There is no page here."))
    if not reader.may_edit(path):
        if someone(reader).held and reader.may_propose(path):
            raise Forbidden(
                _(
                    "Your first text is read by someone before it shows. Propose it: once it is "
                    "accepted, you write by yourself."
                )
            )
        raise Forbidden(_("This page is edited by its team."))


def check_may_propose(reader: Reader, path: str) -> None:
    """Raises NotAllowed, LogInFirst or Forbidden where nothing may be proposed for ``path``.

    A visitor proposes changes to pages that there are; what is to be new is for who has an account.
    """
    may = reader.may_propose(path)
    if reader.person is None and not (may and page_exists(reader, path)):
        # Alike for a page that is not there and one that they may not know of.
        raise LogInFirst(_("Log in first. What you wrote is kept here."))
    if not policy.may_read(reader.audience, reader.access(path), path):
        raise NotAllowed(_("There is no page here."))
    if not may:
        raise Forbidden(_("This page is edited by its team."))


def check_no_rights(reader: Reader, path: str, before: Page | None, after: Page) -> None:
    """Raises BadField where a proposed text says who reads and edits: that is not proposed."""
    _check_readable(before, after)
    inherited = reader.inherited(path)
    now = below(inherited, path, after.head)
    if before is None:
        changed = any(after.head.get(key) is not None for key in RIGHTS_KEYS)
    else:
        changed = _differs(before, after, below(inherited, path, before.head), now)
    if changed:
        raise BadField(
            "text",
            _(
                "A proposal leaves the lines “team”, “visibility”, “editors” and “type” as they "
                "are: who reads and edits the page is for its team to say."
            ),
        )


def check_may_move(reader: Reader, path: str, to: str) -> None:
    """Raises Forbidden where moving ``path`` to ``to`` is not for the person to decide.

    Under another parent a page inherits other rights, so that is for its team.
    """
    check_may_edit(reader, path)
    check_may_edit(reader, to)
    _check_is_no_guest(reader, path)
    if parent(path) != parent(to) and not reader.may_change_rights(path):
        raise Forbidden(_("Only its team or an administrator may move this page elsewhere."))


def check_may_delete(reader: Reader, path: str) -> None:
    """Raises Forbidden where the page has rights of its own that the person may not change.

    Otherwise one could delete it and write it anew without them.
    """
    check_may_edit(reader, path)
    _check_is_no_guest(reader, path)
    own = decided(reader.access(path)) != decided(reader.inherited(path))
    if own and not reader.may_change_rights(path):
        raise Forbidden(_("Only its team or an administrator may delete this page."))


def _check_is_no_guest(reader: Reader, path: str) -> None:
    """Raises Forbidden where one edits the page as its guest alone: it is lent to them."""
    audience = reader.audience - {f"guest:{path}"}
    if not policy.may_edit(reader.person, audience, reader.access(path), path):
        raise Forbidden(_("You are a guest here: its team moves or deletes this page."))


def check_rights_kept(reader: Reader, before: Page | None, after: Page) -> None:
    """Raises Forbidden where ``after`` changes rights and the person may not; or BadField.

    For a new page, rights no more open than those it inherits are no change.
    """
    path = after.path
    person = someone(reader)
    if before is not None and head_text(before.text) == head_text(after.text):
        return  # most saves: what it says of rights stands in the head alone
    if person.role != "admin":
        # Its access would fail closed, and its own writer would not see it any more.
        _check_readable(before, after)
    inherited = reader.inherited(path)
    now = below(inherited, path, after.head)
    if before is None:
        opened = OPENNESS.index(now.editors) > OPENNESS.index(inherited.editors)
        changed = opened and not reader.may_change_rights(path)
    else:
        differs = _differs(before, after, reader.access(path), now)
        changed = differs and not reader.may_change_rights(path)
    if changed:
        raise Forbidden(
            _(
                "Only its team or an administrator may change who reads and edits this page: the "
                "lines “team”, “visibility”, “editors” and “type” at the top stay as they are."
            )
        )
    check_below_kept(reader, path, after.head)


def check_told_apart(reader: Reader, file: str, own: Collection[str] = ()) -> None:
    """Raises AlreadyExists where ``file`` would stand beside its twin.

    That is a name that differs in capitals, or in how accents are encoded, alone. ``own``: what
    goes as the file comes, as where a page changes its name for the same in small letters. The
    other is not named: it may be closed to who asks.
    """
    twin = find_twin(reader, file)
    if twin is not None and twin not in own:
        raise AlreadyExists(
            _(
                "There is a page or file already whose address differs in capitals or accents "
                "alone: on many machines both would be one. Choose another."
            )
        )


def with_rights_of(page: Page, text: str) -> str:
    """``text`` with what ``page`` says of rights, however else its head was changed.

    Key by key where both heads can be read; else the whole head is that of ``page``.
    """
    after = Page(page.path, page.file, text)
    if not after.head.broken and not any(key in after.head.doubtful for key in _SURE):
        said = {key: lines for key, lines in key_lines(page.text) if key in _SURE}
        own = [said.pop(key, "") if key in _SURE else lines for key, lines in key_lines(text)]
        head = "".join((*own, *said.values()))
        kept = Page(page.path, page.file, f"---\n{head}---\n{after.body}" if head else after.body)
        if _said(kept) == _said(page) and kept.type == page.type and not kept.head.broken:
            return kept.text
    return whole_head(page.text) + _below_head(page, after)


def _below_head(page: Page, after: Page) -> str:
    """The text below a head; of one without an end, its lines are those that ``page`` has."""
    if not after.head.broken or after.body != after.text:
        return after.body
    known = set(whole_head(page.text).splitlines())
    lines = after.text.splitlines(keepends=True)
    first = next((at for at, one in enumerate(lines) if one.rstrip("\n") not in known), len(lines))
    return "".join(lines[first:])


def _differs(before: Page, after: Page, was: Access, now: Access) -> bool:
    """Whether two texts of a page say something else of rights, or come to something else."""
    if _said(before) != _said(after) or decided(was) != decided(now):
        return True
    # The type of a page that has a team says whose it is, and who may be invited into that team.
    return after.path == now.team_page and before.type != after.type


def _said(page: Page) -> list[tuple[object, ...]]:
    """What the head says of rights, with all values of a key that stands twice."""
    return [(page.head.get(key), page.head.doubtful.get(key)) for key in RIGHTS_KEYS]


def _check_readable(before: Page | None, after: Page) -> None:
    """Raises BadField where what ``after`` says of rights cannot be read, and ``before`` could."""
    if after.head.broken and not (before and before.head.broken):
        raise BadField("text", _broken_words(after))
    for key in _SURE:
        if key in after.head.doubtful and not (before and key in before.head.doubtful):
            words = _("“{key}” stands twice between the --- lines at the top: keep one of them.")
            raise BadField("text", words.format(key=key))


def _broken_words(page: Page) -> str:
    problem = next(iter(page.document.problems), None)
    why = f" ({problem.words})" if problem else ""
    return _("The lines between --- at the top of the page cannot be read{why}.").format(why=why)
