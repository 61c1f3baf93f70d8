"""What a walk back found: cotangents by variable and by name.

In: a tape and the cotangent of each node that was reached.  Out: a mapping.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s_runtime import tree
from s2s_runtime.tape.core import TapeError, zeros_like
from s2s_runtime.tape.variable import Variable

if TYPE_CHECKING:
    from s2s_runtime.tape.tape import Tape


class Gradients(Mapping[Any, Any]):
    """`gradients[x]` for a variable or the name of a leaf: its cotangent, zeros if it was not reached.

    The length and the order are those of what was reached.  Arrays are copies.  For a leaf that was stored into, it is the cotangent of
    the value that was given.
    """

    def __init__(self, tape: Tape, bars: Mapping[int, Any]) -> None:
        self.tape, self.bars = tape, bars

    def __getitem__(self, key: Any) -> Any:
        number = self._number(key)
        node = self.tape.record.node(number)
        if not node.requires_grad:
            raise KeyError(f"{node.name or f'node {number}'} was recorded with requires_grad=False")
        return self.of(number)

    def __contains__(self, key: object) -> bool:
        try:
            return self._number(key) in self.bars
        except KeyError:
            return False

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self.bars))

    def __len__(self) -> int:
        return len(self.bars)

    def tree(self, variables: Any) -> Any:
        """The cotangents of a tree of variables, None where it holds something else."""
        return tree.tree_map(lambda one: self[one] if type(one) is Variable else None, variables)

    def dense(self) -> list[Any]:
        """One for each node of the tape."""
        return [self.of(number) for number in range(len(self.tape.record))]

    def of(self, number: int) -> Any:
        """The cotangent of a node, in the caller's own memory."""
        if number not in self.bars:
            return zeros_like(self.tape.record.nodes[number].value)
        return tree.tree_map(lambda bar: np.array(bar, subok=True) if isinstance(bar, np.ndarray) else bar, self.bars[number])

    def _number(self, key: Any) -> int:
        if type(key) is Variable:
            if key.tape is not self.tape:
                raise KeyError("a variable of another tape")
            return key.number if key.leaf is None else key.leaf
        if isinstance(key, int):
            return key
        for number, node in self.tape.leaves().items():
            if node.name is not None and node.name == key:
                return number
        names = [node.name for node in self.tape.leaves().values() if node.name]
        raise KeyError(f"no leaf of the tape is called {key!r}; there are {', '.join(names) or 'none with a name'}")


__all__ = ["Gradients", "TapeError"]
