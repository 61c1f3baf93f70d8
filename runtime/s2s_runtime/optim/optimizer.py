"""An optimizer over a tree: which leaf has which options, what is kept for it, one step.

In: a method (`methods.py`), and at each step parameters, gradient and state.  Out: parameters and state one step on, as new trees (`step`)
or in the arrays that are there (`update`, which allocates nothing).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from s2s_runtime import tree
from s2s_runtime.optim.marking import Named, named, plain

Groups = Mapping[str, Mapping[str, Any]] | None


@dataclasses.dataclass
class Kept:
    """What is kept for one leaf: its options, the steps that it has made, the method's arrays, and three to work in."""

    name: str
    options: dict[str, Any]
    count: int
    slots: dict[str, Any]
    work: tuple[Any, ...]


@dataclasses.dataclass
class State:
    """The steps made so far, and what is kept per leaf of the tree: None for a leaf that is not trained."""

    method: str
    step: int
    leaves: list[Kept | None]


@dataclasses.dataclass(frozen=True)
class Optimizer:
    """A method and its options; made by the functions of `methods.py`.  It holds no state.

    groups: {pattern: options}.  A pattern is matched against the names of leaves (`layers.0.weights`; `*` stands for
    anything), and its leaves have these options in the place of the optimizer's.  frozen: patterns of the leaves that are never changed.
    """

    method: str
    change: Callable[..., None]
    slots_of: Callable[[dict[str, Any]], tuple[str, ...]]
    options: dict[str, Any]
    groups: Mapping[str, Mapping[str, Any]]
    frozen: tuple[str, ...]
    start: float

    def init(self, params: Any) -> State:
        """The state before the first step.  `params` may have marked leaves (`param`, `const`).

        Raises KeyError for a pattern that no leaf has, for a leaf that two groups claim and for an unknown option; ValueError for a complex
        leaf, and for a leaf that is no matrix where the method is `muon`.
        """
        leaves = named(params)
        self._check_patterns(leaves)
        work = _Work(leaves)
        return State(self.method, 0, [self._kept(leaf, work) for leaf in leaves])

    def step(self, params: Any, grads: Any, state: State) -> tuple[Any, State]:
        """New parameters and a new state; what was given stays as it is.  A leaf that is a Python number stays one."""
        kept = [None if k is None else dataclasses.replace(k, slots=tree.copy(k.slots)) for k in state.leaves]
        state = dataclasses.replace(state, leaves=kept)
        held = tree.tree_map(lambda leaf: np.array(leaf) if tree.is_differentiable(leaf) else leaf, plain(params))
        self.update(held, grads, state)
        return tree.tree_map(like, plain(params), held), state

    def update(self, params: Any, grads: Any, state: State) -> None:
        """Changes the arrays of `params` and the state in place.

        A gradient of None leaves its leaf as it is.  Raises TreeMismatch for a gradient with other containers, ValueError for one with
        another shape or for a state that is not of these parameters, with the name of the leaf.
        """
        entries = list(tree.pairs(params, grads))
        if len(entries) != len(state.leaves) or state.method != self.method:
            found = f"{state.method} and {len(state.leaves)} leaves"
            raise ValueError(f"optim: the state is of {found}, not of {self.method} and {len(entries)}")
        for kept, (_, value, gradient) in zip(state.leaves, entries, strict=True):
            if kept is not None and gradient is not None:
                _check(kept, value, gradient)
                kept.count += 1
                options = _at(kept.options, state.step)
                self.change(value, gradient, kept.slots, options, kept.count, *kept.work)
        state.step += 1

    def lr_at(self, step: int) -> float:
        """The learning rate of the optimizer itself at a step, counted from 0."""
        return float(_at(self.options, step)["lr"])

    def _check_patterns(self, leaves: list[Named]) -> None:
        for pattern in (*self.groups, *self.frozen):
            if not any(fnmatchcase(leaf.name, pattern) for leaf in leaves):
                raise KeyError(
                    f"optim: no leaf is called {pattern!r}; there are {', '.join(leaf.name for leaf in leaves)}"
                )
        for pattern, options in self.groups.items():
            for option in options:
                if option not in self.options:
                    raise KeyError(
                        f"optim: group {pattern!r} has the option {option!r}; {self.method} has {', '.join(self.options)}"
                    )

    def _kept(self, leaf: Named, work: _Work) -> Kept | None:
        if not leaf.trained or any(fnmatchcase(leaf.name, pattern) for pattern in self.frozen):
            return None
        mine = [pattern for pattern in self.groups if fnmatchcase(leaf.name, pattern)]
        if len(mine) > 1:
            raise KeyError(f"optim: {leaf.name} is in the groups {' and '.join(map(repr, mine))}")
        if np.iscomplexobj(leaf.value):
            raise ValueError(f"optim: {leaf.name} is complex; train its real and imaginary parts as two leaves")
        if self.method == "muon" and np.ndim(leaf.value) != 2:
            said = f"muon: {leaf.name} is no matrix but has shape {np.shape(leaf.value)}"
            raise ValueError(f"{said}; freeze it, and train it with another optimizer")
        options = {**self.options, **(self.groups[mine[0]] if mine else {})}
        value = np.asarray(leaf.value)
        slots = {slot: np.full_like(value, self.start) for slot in self.slots_of(options)}
        return Kept(leaf.name, options, 0, slots, work.of(value))

    def state_dict(self, state: State) -> dict[str, Any]:
        """The state as a dict of numbers and arrays by the names of leaves, for `np.savez` or a checkpoint."""
        leaves = {k.name: {"count": k.count, "slots": tree.copy(k.slots)} for k in state.leaves if k is not None}
        return {"method": state.method, "step": state.step, "leaves": leaves}

    def load_state_dict(self, state: State, saved: Mapping[str, Any]) -> None:
        """Puts what `state_dict` gave into a state that `init` made.

        Raises ValueError for the state of another method, KeyError where leaves or arrays are missing or too many, ValueError for another
        shape or dtype, with the name of the leaf.
        """
        if saved["method"] != self.method:
            raise ValueError(f"optim: the state is of {saved['method']}, the optimizer is {self.method}")
        wanted = {k.name: k for k in state.leaves if k is not None}
        if wanted.keys() != saved["leaves"].keys():
            raise KeyError(
                f"optim: the state is of the leaves {sorted(saved['leaves'])}, the parameters have {sorted(wanted)}"
            )
        for name, kept in wanted.items():
            kept.count = int(saved["leaves"][name]["count"])
            _restore(kept, saved["leaves"][name]["slots"])
        state.step = int(saved["step"])


class _Work:
    """Three arrays to work in, as large as the largest leaf of each dtype; every leaf works in a part of them."""

    def __init__(self, leaves: list[Named]) -> None:
        sizes: dict[Any, int] = {}
        for leaf in leaves:
            if leaf.trained:
                value = np.asarray(leaf.value)
                sizes[value.dtype] = max(sizes.get(value.dtype, 0), value.size)
        self.rooms = {dtype: np.empty((3, size), dtype) for dtype, size in sizes.items()}

    def of(self, value: Any) -> tuple[Any, ...]:
        return tuple([room[: value.size].reshape(value.shape) for room in self.rooms[value.dtype]])


def _at(options: dict[str, Any], step: int) -> dict[str, Any]:
    """The options with the functions of the step called.  Numbers are Python's, so that float32 stays float32."""
    return {
        name: _number(value(step)) if callable(value) and name not in _FUNCTIONS else value
        for name, value in options.items()
    }


_FUNCTIONS = ("orthogonal", "project", "lift")


def _number(value: Any) -> Any:
    return value if isinstance(value, tuple) else float(value)


def _check(kept: Kept, value: Any, gradient: Any) -> None:
    if not isinstance(value, np.ndarray):
        raise TypeError(
            f"optim: {kept.name} is {tree.describe(value)}; `update` changes arrays in place, `step` takes numbers, too"
        )
    if np.shape(gradient) != value.shape:
        raise ValueError(f"optim: {kept.name} has shape {value.shape}, its gradient {np.shape(gradient)}")
    if kept.work[0].shape != value.shape:
        raise ValueError(f"optim: {kept.name} has shape {value.shape}, the state is of shape {kept.work[0].shape}")


def _restore(kept: Kept, saved: Mapping[str, Any]) -> None:
    if kept.slots.keys() != saved.keys():
        raise KeyError(f"optim: {kept.name} keeps {sorted(kept.slots)}, the state has {sorted(saved)}")
    for slot, array in kept.slots.items():
        given = np.asarray(saved[slot])
        if (given.shape, given.dtype) != (array.shape, array.dtype):
            raise ValueError(
                f"optim: {slot} of {kept.name}: expected {tree.describe(array)}, got {tree.describe(given)}"
            )
        array[...] = given


def like(before: Any, after: Any) -> Any:
    """What came out, as the kind of thing that went in."""
    if isinstance(before, np.ndarray) or not tree.is_differentiable(before):
        return after
    return after[()] if isinstance(before, np.generic) else after.item()
