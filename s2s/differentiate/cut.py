"""What to record and what to recompute: a minimum cut through the values of one iteration.

In: the values that the reverse sweep reads, and how each can be computed from others.  Out: the cheapest set of values to
record, so that all others are recomputed from them.

    d = x[i + 1] - x[i];  reverse reads d      =>      record nothing: x is still there, i is the loop's index
    x = x * np.exp(x);    reverse reads x, exp(x)  =>  record x before and exp(x), the cheapest values that give both
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import count

INFINITE = math.inf
SOURCE, SINK = "source", "sink"


def cheapest(
    needed: Iterable[str],
    recipes: Mapping[str, tuple[str, ...]],
    is_free: Callable[[str], bool],
    cost: Callable[[str], int],
) -> set[str]:
    """The values to record.  `recipes` has, for what can be recomputed cheaply, the values that it takes.

    Each value is two nodes with an edge of its cost between them; a recomputed value hangs on its operands by edges that
    cannot be cut, one that cannot be recomputed hangs on the source (Enzyme's use of min cut for its caches).
    """
    needed = [name for name in needed if not is_free(name)]
    capacity: dict[str, dict[str, float]] = {SOURCE: {}, SINK: {}}

    def edge(a: str, b: str, amount: float) -> None:
        capacity.setdefault(a, {})[b] = amount
        capacity.setdefault(b, {}).setdefault(a, 0)

    pending, seen = list(needed), set(needed)
    for name in needed:
        edge(f"{name}>", SINK, INFINITE)
    while pending:
        name = pending.pop()
        edge(f"<{name}", f"{name}>", max(1, cost(name)))
        operands = recipes.get(name)
        if operands is None:
            edge(SOURCE, f"<{name}", INFINITE)
            continue
        for operand in operands:
            if is_free(operand):
                continue
            edge(f"{operand}>", f"<{name}", INFINITE)
            if operand not in seen:
                seen.add(operand)
                pending.append(operand)
    _saturate(capacity)
    reached = _reachable(capacity)
    return {name for name in seen if f"<{name}" in reached and f"{name}>" not in reached}


def _saturate(capacity: dict[str, dict[str, float]]) -> None:
    """Push flow along shortest paths until there is none left (Edmonds and Karp)."""
    for _ in count():
        parents: dict[str, str] = {SOURCE: ""}
        queue = [SOURCE]
        for node in queue:
            for other, left in capacity[node].items():
                if left > 0 and other not in parents:
                    parents[other] = node
                    queue.append(other)
        if SINK not in parents:
            return
        path, node = [], SINK
        while node != SOURCE:
            path.append((parents[node], node))
            node = parents[node]
        amount = min(capacity[a][b] for a, b in path)
        for a, b in path:
            capacity[a][b] -= amount
            capacity[b][a] += amount


def _reachable(capacity: dict[str, dict[str, float]]) -> set[str]:
    seen, queue = {SOURCE}, [SOURCE]
    for node in queue:
        for other, left in capacity[node].items():
            if left > 0 and other not in seen:
                seen.add(other)
                queue.append(other)
    return seen
