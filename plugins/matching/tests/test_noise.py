"""Rounding noise decides nothing: what is equal up to the last digits is equal on every machine."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

Part = Callable[[str], Any]


class Known:
    """Vectors that are given by the place of a text: ``Vectors`` as far as an engine asks."""

    class encoder:  # noqa: N801 - it stands for a value
        name, weight = "known", 1.0

    def __init__(self, rows: dict[bytes, "np.ndarray[Any, Any]"]) -> None:
        self._rows = rows

    def of(self, keys: Sequence[bytes]) -> Any:
        """A row for each."""
        return np.stack([self._rows[key] for key in keys]).astype(np.float32)


@pytest.fixture
def engine(plugin_module: Part) -> Callable[[Sequence[float]], Any]:
    """``engine(cosines)``: one need, and as many offers as cosines, without a word in common."""

    def engine(cosines: Sequence[float]) -> Any:
        text = plugin_module("texts").Text
        need = text("b", "need", "pain")
        offers = [
            text(f"o{n:03}", "offer", f"mot{chr(97 + n % 26)}{n}") for n in range(len(cosines))
        ]
        rows = {need.digest: np.array([1.0, 0.0])}
        for offer, cosine in zip(offers, cosines, strict=True):
            rows[offer.digest] = np.array([cosine, (1 - cosine**2) ** 0.5])
        return plugin_module("engine").Engine(
            [need], offers, plugin_module("thesaurus").Thesaurus(), [Known(rows)]
        )

    return engine


def test_offers_that_are_alike_but_for_the_last_digit_do_not_fit(
    engine: Callable[[Sequence[float]], Any],
) -> None:
    ((_need, found),) = engine([0.3] * 15 + [0.3 + 1e-7]).fits(10)
    assert found == []


def test_equal_offers_come_by_their_id_however_many(
    engine: Callable[[Sequence[float]], Any],
) -> None:
    noise = np.random.default_rng(5).normal(scale=3e-8, size=60)
    ((_need, found),) = engine([0.1] * 300 + list(0.8 + noise)).fits(10)
    assert [one.id for one in found] == [f"o{n}" for n in range(300, 310)]
