"""Where the nodes of a graph stand: near what they are tied to, apart from what they are not. Pure.

Every node pushes every other away and every edge pulls, as in ForceAtlas2. The push is not worked
out pair by pair: nodes are spread on a grid, the grid is folded with the push of one node by a
Fourier transform, and each node reads its own from the cells around it. So 10,000 nodes take as
long as the grid does, and nothing but numpy is wanted. Few nodes push each other one by one.

What is tied to nothing is not pushed about: it stands in rows at the foot, and takes no room from
the rest.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

#: a place for each node, n × 2
Points: TypeAlias = "NDArray[float64]"

#: cells along one side of the grid
_GRID = 128
#: nodes up to which each pair is looked at, which is exact and as fast
_PAIRS = 400
#: rounds for a graph that stands nowhere yet, and for one that has hardly changed
FIRST, AGAIN = 160, 40
#: how far a node goes at most in the first round, in widths of a node's own room
_STRIDE = 4.0
#: of everything towards the middle, so that what is tied to nothing does not drift off
_GRAVITY = 0.035
#: rows: their height beside that of the rest, how much further apart two of one row are than two
#: rows, and rows left free above them
_SHARE, _FLAT, _FOOT = 0.1, 1.5, 1.5
#: in the room of a node: what a push is worth beside the pull of an edge
_PUSH = 0.9


def laid_out(
    start: Points, edges: Any, rounds: int, still: Any = None, heat: float = _STRIDE
) -> Points:
    """Positions after so many rounds from ``start`` (n × 2), in rooms of a node.

    ``edges`` are places (m × 2). Nodes of which ``still`` says so stay where they are; ``heat``
    is how far one goes at most in the first round. The same question has the same
    answer, but for rounding.
    """
    import numpy as np

    at = start.astype(np.float64).copy()
    count = len(at)
    if count < 2:
        return at
    one, other = edges[:, 0], edges[:, 1]
    degree = np.bincount(edges.ravel(), minlength=count).astype(np.float64)
    weight = 1.0 + np.minimum(degree, 200.0) ** 0.8
    # The pull of one edge is the less, the more its looser end is tied: hubs do not swallow all.
    pull = 1.0 / np.maximum(np.minimum(degree[one], degree[other]), 1.0) ** 0.5
    for turn in range(rounds):
        force = _PUSH * _pushes(np, at, weight) * weight[:, None]
        span = at[other] - at[one]
        drawn = span * (0.25 * pull)[:, None]
        for axis in (0, 1):
            force[:, axis] += np.bincount(one, drawn[:, axis], count)
            force[:, axis] -= np.bincount(other, drawn[:, axis], count)
        force -= at * (_GRAVITY * (1.0 + degree**0.5))[:, None]
        length = np.sqrt((force**2).sum(axis=1))
        # It cools: great strides first, then smaller and smaller ones.
        most = heat * (1.0 - turn / rounds) + 0.05
        step = force * (0.3 * np.minimum(1.0, most / np.maximum(0.3 * length, 1e-9)))[:, None]
        if still is not None:
            step[still] = 0.0
        at += step
    return at


def in_rows(count: int, beside: Points) -> Points:
    """Places of so many nodes in rows below ``beside``, as wide as that is; in a block if empty."""
    import numpy as np

    low, high = (beside.min(axis=0), beside.max(axis=0)) if len(beside) else (np.zeros(2),) * 2
    wide, tall = (high - low).tolist()
    # The rows are a tenth as high as the rest, and never further apart than a few nodes are.
    below = min(np.sqrt(_SHARE * wide * tall / (_FLAT * max(count, 1))), tall * _SHARE) or 1.0
    row = max(int(wide / (_FLAT * below)), int(np.sqrt(count / _FLAT))) + 1
    row = min(row, max(count, 1))
    number = np.arange(count)
    across = (number % row - (row - 1) / 2) * _FLAT * below + (low[0] + high[0]) / 2
    return np.stack([across, high[1] + (number // row + _FOOT) * below], axis=1)


def _pushes(np: Any, at: Points, weight: Points) -> Points:
    """What pushes each node: the weights of all others, each over its distance."""
    if len(at) <= _PAIRS:
        return _each(np, at, weight)
    low = at.min(axis=0)
    cell = max(float((at.max(axis=0) - low).max()) / (_GRID - 3), 1e-6)
    place = (at - low) / cell + 1.0
    corner = np.floor(place).astype(np.int64)
    part = place - corner
    mass = np.zeros(_GRID * _GRID)
    shares = []
    for right in (0, 1):
        for down in (0, 1):
            share = np.abs(1 - right - part[:, 0]) * np.abs(1 - down - part[:, 1])
            index = (corner[:, 0] + right) * _GRID + corner[:, 1] + down
            mass += np.bincount(index, share * weight, _GRID * _GRID)
            shares.append((index, share))
    spread = np.fft.rfft2(mass.reshape(_GRID, _GRID), (2 * _GRID, 2 * _GRID))
    found = np.zeros_like(at)
    for axis, kernel in enumerate(_kernels(np, cell)):
        field = np.fft.irfft2(spread * kernel, (2 * _GRID, 2 * _GRID))[:_GRID, :_GRID].ravel()
        for index, share in shares:
            found[:, axis] += field[index] * share
    return found  # type: ignore[no-any-return]


def _each(np: Any, at: Points, weight: Points) -> Points:
    """The same, pair by pair."""
    span = at[:, None, :] - at[None, :, :]
    square = (span**2).sum(axis=2) + 1.0
    return ((weight[None, :] / square)[:, :, None] * span).sum(axis=1)  # type: ignore[no-any-return]


def _kernels(np: Any, cell: float) -> tuple[Any, Any]:
    """The push of a node of weight 1 at every distance on the grid, transformed, by axis."""
    steps = np.concatenate([np.arange(_GRID), np.arange(-_GRID, 0)]) * cell
    right, down = np.meshgrid(steps, steps, indexing="ij")
    # Nearer than a node's own room nothing pushes harder.
    square = right**2 + down**2 + 1.0
    return np.fft.rfft2(right / square), np.fft.rfft2(down / square)
