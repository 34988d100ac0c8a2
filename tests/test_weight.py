"""The weight of the house may fall and not rise: ``tests/weight.toml`` holds what it was."""

from bench.census import ratchet, read_weights


def test_nothing_weighs_more_than_before() -> None:
    """Fails where a figure rose; ``python -m bench.census`` writes lower ones down."""
    weights, now = read_weights(), ratchet()
    assert now.keys() == weights.keys()
    risen = {
        name: (weights[name], number) for name, number in now.items() if number > weights[name]
    }
    assert risen == {}, "the weight rose (before, now): take away what the change replaces"
