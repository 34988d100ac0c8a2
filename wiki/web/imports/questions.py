"""What a source asks about a file, as a form shows it; and what was answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from wiki.imports.source import Choice, answer_of, settle


def groups(choices: Sequence[Choice], given: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions with their answers: alone, or as lines of a table where they have examples."""
    found: list[dict[str, Any]] = []
    for choice, said in settle(choices, given):
        if not choice.examples:
            found.append({"choice": choice, "said": said, "columns": []})
            continue
        if not found:
            found.append({"choice": None, "said": "", "columns": []})
        found[-1]["columns"].append((choice, said))
    return found


def take_answers(
    choices: Sequence[Choice], before: Mapping[str, str], given: Mapping[str, str]
) -> tuple[dict[str, str], bool]:
    """The answers as ``given`` changes those ``before``, and whether to ask once more.

    An answer that leads to other questions has them asked anew, by their own guesses.
    """
    answers: dict[str, str] = {}
    again = False
    for choice in choices:
        old, said = answer_of(choice, before), answer_of(choice, {**before, **given})
        answers[choice.name] = said
        if choice.then and said != old:
            again = True
            continue
        below, more = take_answers(choice.then.get(said, ()), before, given)
        answers |= below
        again = again or more
    return answers, again
