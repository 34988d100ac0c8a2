"""What is asked of the API and what it answers, as pydantic models: the document is made of them.

A question names nothing that we do not know, and a body is taken as it is: no number is read from
a word. Answers hold no mail address.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

HASH = r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$"
#: what is more than blanks, in the eyes of Python as of a JSON schema
SOMETHING = r"[^\s\x00-\x20\x7f-\xa0\ufeff\u2028\u2029]"


def _clean(value: object) -> object:
    """Lone surrogates, which hostile bytes in git become, cannot be said in JSON."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_clean)]


class Answer(BaseModel):
    """What is answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(BaseModel):
    """The part of an address after ``?``; a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    @cache
    def model_json_schema(  # type: ignore[override]
        cls, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        """As pydantic's; flask-openapi3 asks for it with each request."""
        return super().model_json_schema(*args, **kwargs)


class Paging(Question):
    """Which part of a list."""

    cursor: str = Field("", description="The `next` of the part before, up to its `cursor=`.")
    limit: int = Field(20, ge=1, le=100, description="How many at most.")


class PagePath(BaseModel):
    """A page, or a page to be, in an address."""

    path: str = Field(
        min_length=1,
        description="The page's path, such as `projets/lora`; `index` is the home page."
        " With `.md` after it, it is always a page, whatever it is called.",
    )


class VersionPath(PagePath):
    """A version of a page."""

    commit: str = Field(pattern=HASH, description="The full id of a commit.")


class Conditions(BaseModel):
    """The headers that guard against writing over what others wrote."""

    model_config = ConfigDict(frozen=True)

    if_match: str = Field(
        "",
        alias="If-Match",
        description="The `ETag` of the page that you changed, in quotation marks; `*`: whatever"
        " stands there.",
    )
    if_none_match: str = Field(
        "", alias="If-None-Match", description="`*`: only if there is no such page yet."
    )


class Reason(Answer):
    """What is wrong with one part of what was sent."""

    place: Words = Field(description="Where: `query`, `body`, … and the name of the field.")
    words: Words


class Problem(Answer):
    """What went wrong, as RFC 9457 writes it."""

    type: str = "about:blank"
    title: Words
    status: int
    detail: Words = Field(description="What happened and what to do, in the reader's language.")
    errors: Sequence[Reason] = Field(default=(), description="What is wrong with the fields sent.")
    reference: str = Field(default="", description="What to tell the operator of a fault of ours.")


class Conflict(Problem):
    """Someone else changed the same lines: nothing was saved, and here are all three texts."""

    base: Words = Field(description="The text that both began with.")
    theirs: Words = Field(description="The text as it stands now.")
    mine: Words = Field(description="The text that was sent.")
    commit: str = Field(description="Where `theirs` stands: the `base` of the next try.")


class ListedPage(Answer):
    """A page as lists show it."""

    path: Words
    title: Words
    type: str = Field(description="project, person, organisation, dossier, event, carrefour or ''.")
    lang: str
    summary: Words
    url: Words
    etag: str = Field(description="The blob id of the page's text.")
    updated: datetime | None
    facts: Mapping[str, Sequence[Words]] = Field(description="What holds of it today.")


class PageList(Answer):
    """A part of a list of pages, by path."""

    pages: Sequence[ListedPage]
    next: str | None = Field(description="The address of the next part.")


class WholePage(ListedPage):
    """A page with its text."""

    text: Words = Field(description="Markdown, with its front matter.")
    head: Mapping[str, Sequence[Words]] = Field(description="The front matter, read.")
    html: Words | None = Field(description="Safe HTML, where asked for with `include=html`.")
    created: datetime | None
    commit: str = Field(description="The commit that this was read from: the `base` of a change.")
    may_edit: bool


class Version(Answer):
    """A page as it once stood."""

    path: Words
    title: Words
    commit: str
    etag: str
    text: Words


class NewText(BaseModel):
    """A text to be saved."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: str = Field(pattern=SOMETHING, description="The whole page: front matter and Markdown.")
    message: str = Field("", description="What was done and why, in a line.")
    base: str = Field(
        "",
        pattern=HASH.replace("^", "^(").replace("$", ")?$"),
        description="Instead of `If-Match`: the `commit` that you began with. What others changed"
        " since is joined; where that cannot be, 409 tells both texts.",
    )


class NewProposal(BaseModel):
    """A text that somebody reads before it stands."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: str = Field(
        pattern=SOMETHING,
        description="The whole page as it would be: front matter and Markdown, all else unchanged.",
    )
    message: str = Field("", description="What is changed and why, in a line, for who reads it.")
    base: str = Field(
        "",
        pattern=HASH.replace("^", "^(").replace("$", ")?$"),
        description="The `commit` that the page was read at. What others change meanwhile is kept.",
    )


class Proposed(Answer):
    """A proposal of one's own, and what became of it."""

    path: Words
    title: Words
    url: Words = Field(description="Where its writer sees it, takes it back or changes it.")
    state: str = Field(description="waiting, accepted, adapted, partly, declined or withdrawn.")
    words: Words = Field(description="What was said of it.")
    program: Words = Field(description="What wrote it in the person’s name; empty: they did.")
    created: datetime | None
    decided: datetime | None


class ProposalList(Answer):
    """The newest of one's proposals."""

    proposals: Sequence[Proposed]


class Followed(Answer):
    """Something that one is told of by mail."""

    kind: str = Field(description="page, theme, keyword, territory or search.")
    label: Words
    url: Words
    since: datetime


class FollowedList(Answer):
    """What one follows, the last one first."""

    following: Sequence[Followed]


class Saved(Answer):
    """What a save did."""

    path: Words
    url: Words
    commit: str
    etag: str
    created: bool = Field(description="Whether the page is new.")
    merged: bool = Field(description="Whether others' changes were joined: read the page again.")


class Deletion(Question):
    """How a page is deleted."""

    message: str = Field("", max_length=2000, description="Why, in a line.")


class Included(Question):
    """What a page comes with."""

    include: Literal["", "html"] = Field("", description="`html`: with the page as safe HTML.")


class Change(Answer):
    """What was done to a page."""

    commit: str
    kind: str = Field(
        description="created, edited, moved, deleted, restored, attached or detached."
    )
    path: Words
    old_path: Words | None = Field(description="Where it was before, if it moved.")
    now: Words | None = Field(description="Where the page is today, if anywhere.")
    file: Words | None = Field(description="The file that was attached or detached.")
    author: Words
    program: Words = Field(
        "", description="What wrote it in the author's name, as they call it; empty where they did."
    )
    message: Words
    when: datetime


class ChangeList(Answer):
    """A part of a list of changes, newest first."""

    changes: Sequence[Change]
    next: str | None = Field(description="The address of the next part.")


class Hit(Answer):
    """A page, need or offer that was found."""

    path: Words
    title: Words
    type: str
    url: str = Field(description="Where it is read: of a need or offer, its place on its page.")
    score: float
    snippet: Words = Field(description="Safe HTML; what was asked for is marked.")


class FacetValue(Answer):
    """A value that results can be narrowed to."""

    value: Words
    label: Words
    count: int
    chosen: bool


class Found(Answer):
    """A part of what was found, the best first."""

    total: int
    results: Sequence[Hit]
    facets: Mapping[str, Sequence[FacetValue]]
    next: str | None = Field(description="The address of the next part.")


class Me(Answer):
    """Who asks."""

    name: Words | None
    role: str = Field(description="visitor, or the role of the account.")
    page: Words | None = Field(description="The path of one's own page.")
    lang: str
    scopes: Sequence[str] = Field(description="What the token is good for; none for a session.")
