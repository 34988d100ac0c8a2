"""What became of the items of blocks, in the words of the plugins that know what they are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from wiki.hookspecs.texts import ItemChange, ItemWords
from wiki.pages.document import read_document
from wiki.pages.markdown.items import Item

#: items by their identity, or by what they say
Known = dict[str, Item]


def item_phrases(old: str, new: str, words: Mapping[str, ItemWords]) -> Iterator[str]:
    """Phrases for each block whose items changed: one of its kind is named, several are counted."""
    olds, news = _items(old, words), _items(new, words)
    for name in dict.fromkeys([*news, *olds]):
        before = olds.get(name, [])
        changes = list(_changes(before, news.get(name, [])))
        yield from _told(words[name], changes)


def _changes(olds: Sequence[Item], news: Sequence[Item]) -> Iterator[ItemChange]:
    """What became of each item that is not as it was; those that came are told first."""
    before, after = _matched(olds, news)
    came = [after[key] for key in after if key not in before]
    went = [before[key] for key in before if key not in after]
    # Without an identity, one that went where one came is the same one, written anew.
    rewritten = min(len(came), len(went))
    for item in came[rewritten:]:
        yield ItemChange(None, item, olds)
    for was, now in zip(went, came, strict=False):
        yield ItemChange(was, now, olds)
    for key, was in before.items():
        if key in after and _said(was) != _said(after[key]):
            yield ItemChange(was, after[key], olds)
    for item in went[rewritten:]:
        yield ItemChange(item, None, olds)


def _told(words: ItemWords, changes: Sequence[ItemChange]) -> Iterator[str]:
    """Each change is told once, as what it brought about where that has words."""
    kinds = defaultdict(list)
    for one in changes:
        kinds[_kind(one, words)].append(one)
    turned = [(f"turned {state}", say) for state, say in words.turned.items()]
    for kind, say in (
        ("added", words.added),
        *turned,
        ("changed", words.changed),
        ("removed", words.removed),
    ):
        found = kinds[kind]
        named = words.one(found[0]) if len(found) == 1 and words.one else ""
        if found:
            yield named or say(len(found))


def _kind(one: ItemChange, words: ItemWords) -> str:
    if one.before is None:
        return "added"
    if one.after is None:
        return "removed"
    state = one.after.state
    return f"turned {state}" if one.before.state != state and state in words.turned else "changed"


def _matched(olds: Sequence[Item], news: Sequence[Item]) -> tuple[Known, Known]:
    """Each item by its identity, or by its words where it had none on either side."""
    known = {one.identity for one in olds} & {one.identity for one in news} - {None}

    def keyed(items: Sequence[Item]) -> Known:
        found: Known = {}
        times: Counter[str] = Counter()
        for one in items:
            key = one.identity if one.identity in known and one.identity else f" {_source(one)}"
            times[key] += 1
            found[f"{key}\0{times[key]}"] = one
        return found

    return keyed(olds), keyed(news)


def _said(item: Item) -> tuple[str, str]:
    return item.state, _source(item)


def _source(item: Item) -> str:
    marks = " ".join(f"{key}:{value}" for key, value in sorted(item.marks.items()))
    words = (*item.keywords, "", *item.places)
    return "\n".join((item.date or "", item.text, marks, " ".join(words), item.nested))


def _items(text: str, words: Mapping[str, ItemWords]) -> dict[str, list[Item]]:
    """The items of the blocks that have words of their own, by the first name of each block."""
    found: dict[str, list[Item]] = defaultdict(list)
    for block in read_document(text).blocks:
        if block.name in words:
            found[words[block.name].names[0]] += block.items
    return found
