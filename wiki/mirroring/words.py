"""What a mirror's state means, and what one can do about it, in the language of who reads it."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from wiki.instance import Instance
from wiki.mirroring.secrets import variable
from wiki.people.mirrors import (
    BOTH,
    CONFLICT,
    DIVERGED,
    FAILED,
    IN_STEP,
    PUBLIC,
    PULL,
    PUSH,
    REFUSED,
    WAITING,
    Mirror,
)
from wiki.repository.remote.fetch import ASIDE, aside_of
from wiki.translation import gettext as _
from wiki.translation import lazy, ngettext

STATE_WORDS = {
    WAITING: lazy("has not run yet"),
    IN_STEP: lazy("in step"),
    FAILED: lazy("does not work at the moment"),
    DIVERGED: lazy("holds other commits"),
    CONFLICT: lazy("in conflict"),
    REFUSED: lazy("holds what may not be taken"),
}
DIRECTION_WORDS = {
    PUSH: lazy("the wiki is copied there"),
    PULL: lazy("the wiki takes from there"),
    BOTH: lazy("in both directions"),
}
WHAT_WORDS = {PUBLIC: lazy("what everyone may read"), "all": lazy("everything")}


@dataclass(frozen=True)
class Choice:
    """Something that one can do: in a sentence, and as the commands that do it."""

    words: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explained:
    """A mirror's state: one word or two, what it means, and what one can do."""

    state: str
    sentences: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    aside: tuple[str, ...] = ()


def explain(instance: Instance, mirror: Mirror) -> Explained:
    """What there is to say of ``mirror``."""
    aside = tuple(aside_of(instance.repository, mirror.name))
    ref = f"{ASIDE}/{mirror.name}/{mirror.theirs[:12]}"
    kept = ref in aside
    sentences = tuple(_sentences(mirror, ref if kept else ""))
    choices = tuple(_choices(instance, mirror, kept=kept)) if mirror.in_trouble else ()
    return Explained(str(STATE_WORDS[mirror.state]), sentences, choices, aside)


def _sentences(mirror: Mirror, kept: str) -> Iterator[str]:
    if mirror.state == FAILED:
        yield _("It was not reached, or did not let the wiki do it: {said}").format(
            said=mirror.said
        )
        yield _("Nothing is lost. It is tried again by itself, at least each hour.")
    if mirror.state in (DIVERGED, CONFLICT, REFUSED):
        yield from _apart(mirror)
        if kept:
            yield _("Its commits are kept in the wiki’s repository, as {ref}.").format(ref=kept)
        if mirror.pushes:
            yield from _going_on(mirror)


def _apart(mirror: Mirror) -> Iterator[str]:
    if mirror.state == CONFLICT:
        words = _("Both sides have changed the same pages, each in its own way: {files}.")
        yield words.format(files=mirror.said)
        yield _("The wiki’s pages stay as they are.")
    elif mirror.state == REFUSED:
        yield _("It holds something that the wiki does not take from anyone: {said}").format(
            said=mirror.said
        )
        yield _("Nothing of it was taken.")
    else:
        yield _more_there(mirror)
        if mirror.said:
            yield mirror.said


def _more_there(mirror: Mirror) -> str:
    if not mirror.behind:  # not counted: the public history is not fetched back
        return _("Its branch main holds commits that are not the wiki’s; they are not overwritten.")
    return ngettext(
        "It holds {count} commit that the wiki has not; the wiki never overwrites it.",
        "It holds {count} commits that the wiki has not; the wiki never overwrites them.",
        mirror.behind,
    ).format(count=mirror.behind)


def _going_on(mirror: Mirror) -> Iterator[str]:
    if mirror.beside:
        words = _("Until that is settled, the wiki is copied to the branch {branch} there.")
        yield words.format(branch=mirror.beside)
    if mirror.what == PUBLIC:
        yield _("A page that was closed since may still stand in its branch main.")


def _choices(instance: Instance, mirror: Mirror, *, kept: bool) -> Iterator[Choice]:
    if mirror.state == FAILED:
        yield from _try_again(instance, mirror)
    else:
        if mirror.state == REFUSED:
            words = _("Take what is named out of its history; the wiki tries again by itself.")
            yield Choice(words)
        else:
            yield _keep_both(instance, mirror)
        yield _keep_ours(instance, mirror, kept=kept)
    words = _("End the mirror; nothing is deleted on either side.")
    yield Choice(words, (_wiki(instance, "remove", mirror.name),))


def _try_again(instance: Instance, mirror: Mirror) -> Iterator[Choice]:
    again = _wiki(instance, "run", mirror.name)
    if mirror.url.startswith("http"):
        words = _("If it asks for a token: put one into the environment of the service, and try.")
        yield Choice(words, (f"{variable(mirror.name)}=…", again))
    else:
        yield Choice(_("Mend what is named, and try at once, or let the wiki try."), (again,))


def _wiki(instance: Instance, *words: str) -> str:
    return shlex.join(("wiki", "--instance", str(instance.settings.instance), "mirror", *words))


def _keep_both(instance: Instance, mirror: Mirror) -> Choice:
    url = shlex.quote(mirror.url)
    if mirror.what == PUBLIC:
        return Choice(
            _("Keep them: bring what they change into the wiki, then let its side win there."),
            (
                f"git clone {instance.settings.public_url}/-/git/all.git && cd all",
                f"git fetch {url} main",
                "git cherry-pick …",
                "git push",
            ),
        )
    if not mirror.pulls:
        return Choice(
            _("Keep both sides: let the wiki take what is there as well."),
            (
                _wiki(instance, "remove", mirror.name),
                _wiki(instance, "add", mirror.name, mirror.url, "--both"),
            ),
        )
    return Choice(
        _("Keep both sides: merge them in a clone of it; the wiki takes the merge."),
        (
            f"git clone {url} fusion && cd fusion",
            f"git pull --no-rebase {instance.settings.public_url}/-/git/all.git main",
            _("# settle what git names, then: git commit"),
            "git push",
        ),
    )


def _keep_ours(instance: Instance, mirror: Mirror, *, kept: bool) -> Choice:
    folder = "index/public.git" if mirror.what == PUBLIC else "content.git"
    command = shlex.join(
        (
            "git",
            f"--git-dir={instance.settings.instance / folder}",
            "push",
            f"--force-with-lease=main:{mirror.theirs}",
            mirror.url,
            "main",
        )
    )
    if kept:
        words = _("Let the wiki’s side win there: those commits leave its main, and stay here.")
    else:
        words = _("Let the wiki’s side win there: those commits are then kept nowhere.")
    return Choice(words, (command,))
