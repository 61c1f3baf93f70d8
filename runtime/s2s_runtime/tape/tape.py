"""A tape that records what is computed of its leaves, and differentiates it.

    with Tape(rules) as t:
        x = t.leaf(np.array([0.5, -1.2]), name="x")
        y = np.mean(x * x)
    t.backward(y)[x]                         array([ 0.5, -1.2])

In: values, and a rule table that says of each call how it is differentiated.  Out: cotangents and tangents.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import numbers
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, Self

import numpy as np

from s2s_runtime import tree
from s2s_runtime.tape.core import Application, Record, TapeError, one_of, pushed_forward, walked_back, zeros_like
from s2s_runtime.tape.gradients import Gradients
from s2s_runtime.tape.methods import unwrapped
from s2s_runtime.tape.operands import Operands, Place, part_of, taken
from s2s_runtime.tape.printing import source
from s2s_runtime.tape.variable import Variable
from s2s_runtime.tape.writing import WRITERS, at, in_place


class Plan(Protocol):
    """How a call with operands in certain places is recorded.

    `constant`: its result does not move with them.  `written`: a function that says the same with functions that have rules, to be
    called with the variables; None if there is none.
    """

    @property
    def constant(self) -> bool: ...
    @property
    def written(self) -> Any: ...
    def run(self, operands: Operands) -> Any:
        """The value."""

    def application(self, operands: Operands) -> Application:
        """The call, which keeps its arguments."""

    def steps(self, args: Sequence[Any], options: Mapping[str, Any], place: Place) -> tuple[tuple[Any, ...], ...]:
        """The functions that lead from the operand in a place to the result, if that is a view of it."""


class Rules(Protocol):
    """A rule table, as a tape takes it."""

    def plan(self, function: Any, operands: Operands, record: Record) -> Plan:
        """Raises what says that a function has no rule."""

    def recorded(self, function: Any, tape: Any) -> Any:
        """A function of which all calls are recorded, also those that are not NumPy's."""


_levels = itertools.count()


class Tape:
    """Records calls of functions that the rule table knows, of `Variable`s that `leaf` and calls return.

    Attributes:
        rules: the rule table.
        record: the nodes.
        level: the number of this tape: of the tapes that operands are on, the youngest records a call.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules, self.record, self.level = rules, Record(), next(_levels)
        self.recording = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.recording = False

    @contextlib.contextmanager
    def goes_on(self) -> Iterator[None]:
        """Records, although the tape may have ended."""
        before, self.recording = self.recording, True
        try:
            yield
        finally:
            self.recording = before

    def __len__(self) -> int:
        return len(self.record)

    # ---------------------------------------------------------------------------------------------------------- recording
    def leaf(self, value: Any, requires_grad: bool = True, name: str | None = None) -> Any:
        """A value to start from: a number or array, or a tree of them, of which each number and array becomes a leaf.

        Arrays are copied.  What carries no derivative (a whole number, a text) stays as it is in a tree, and has to be given with
        `requires_grad=False` by itself.  Leaves of a tree are named by their paths: `params['w'][0]`.

        Raises:
            TapeError: the value carries no derivative.
        """
        if not tree.is_leaf(value):
            paths = iter(path for path, _ in tree.named_leaves(value, name or "tree"))
            return tree.tree_map(lambda one: self._leaf_of_tree(one, requires_grad, next(paths)), value)
        if requires_grad and not carries(value):
            raise TapeError(f"{tree.describe(value)} carries no derivative\nhint: give a number of floating point, or requires_grad=False")
        return Variable(self, self.record.leaf(kept(value), requires_grad, name), leaf=True)

    def _leaf_of_tree(self, value: Any, requires_grad: bool, path: str) -> Any:
        return self.leaf(value, requires_grad, path) if carries(value) else value

    def call(self, function: Any, *args: Any, **options: Any) -> Any:
        """The result of a call, recorded: a `Variable`, a tuple of them, or a plain value if nothing moves it.

        Raises:
            TapeError: nothing is recorded any more, the `with` is over.
            MissingRule: the function has no rule, or is called in a way that it does not take.
        """
        if (special := as_something_else(self, function, args, options)) is not None:
            return special()
        operands = taken(self, args, options)
        plan = self.rules.plan(function, operands, self.record)
        if plan.written is not None:
            return plan.written(*args, **options)
        if not self.recording and not plan.constant:
            raise TapeError("this tape has ended: what is computed after its `with` is not recorded")
        value = plan.run(operands)
        if plan.constant or not moves(value):
            return self._still(plan, operands, value)
        return self._recorded(plan, operands, value)

    def run(self, function: Any, *args: Any, **options: Any) -> Any:
        """A whole function, of which every call is recorded: of `math` and SciPy, which do not ask their arguments, too, and stores into
        arrays that it makes."""
        return self.rules.recorded(function, self)(*args, **options)

    def decided(self, variable: Variable, what: str) -> Any:
        """A value that the program asks for something that does not move: a branch, a whole number."""
        return variable.value

    def _still(self, plan: Plan, operands: Operands, value: Any) -> Any:
        """What does not move; an array of floats may get moving numbers stored in it later."""
        if isinstance(value, np.ndarray) and carries(value):
            return Variable(self, self.record.leaf(value, requires_grad=False))
        return value

    def _recorded(self, plan: Plan, operands: Operands, value: Any, moving: bool = True) -> Any:
        number = self.record.append(value, tuple(operands.numbers), plan.application(operands), moving)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        elif isinstance(value, (tuple, list)):
            return self._parts(plan, operands, value, number)
        return Variable(self, number, *self._viewed(plan, operands, value))

    def _parts(self, plan: Plan, operands: Operands, value: Any, number: int, steps: Any = ()) -> Any:
        """The results of a function that has several, each with a node."""
        parts = [self._part(plan, operands, value, number, (*steps, (_item, k))) for k in range(len(value))]
        kind = type(value)
        return kind(parts) if kind in (list, tuple) else kind(*parts)

    def _part(self, plan: Plan, operands: Operands, values: Any, number: int, steps: Any) -> Any:
        position = steps[-1][1]
        value = values[position]
        if not self._keeps(value):
            return value
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        part = self.record.append(value, (number,), part_of(values, position), moves(value))
        if isinstance(value, (tuple, list)):
            return self._parts(plan, operands, value, part, steps)
        base, way = self._viewed(plan, operands, value)
        return Variable(self, part, base, (*way, *steps) if way else ())

    def _keeps(self, part: Any) -> bool:
        """Whether one of several results has a node."""
        return moves(part)

    def _viewed(self, plan: Plan, operands: Operands, value: Any) -> tuple[Variable | None, Any]:
        """The operand that a value shares memory with, and the steps from there."""
        array = unwrapped(value, Variable)
        for k, whole in enumerate(operands.values):
            if shares_memory(array, unwrapped(whole, Variable)):
                return operands.variables[k], plan.steps(operands.args, operands.options, operands.places[k])
        return None, ()

    # ------------------------------------------------------------------------------------------------------ differentiating
    def backward(self, result: Any, seed: Any = None, dense: bool = False) -> Any:
        """The cotangents of all that `result` depends on, `seed` being its own: by default one, for a number.

        Returns:
            A mapping from variables and names to cotangents; with `dense=True` a list of one per node, zeros where nothing arrived.

        Raises:
            TapeError: the result is not a number and no seed is given, or the seed has another shape.
        """
        variable = self.mine(result)
        seed = one_of(variable.value) if seed is None else seed
        return self.backward_from({variable: seed}, dense=dense)

    def backward_from(self, cotangents: Mapping[Any, Any] | Sequence[Any], dense: bool = True) -> Any:
        """The cotangents of all nodes from any for each of them: a mapping by variable, or one per node, None for zero."""
        if isinstance(cotangents, Mapping):
            seeds = {self.mine(variable).number: seed for variable, seed in cotangents.items()}
        elif len(cotangents) != len(self.record):
            raise TapeError(f"expected a cotangent for each of the {len(self.record)} nodes of the tape, got {len(cotangents)}")
        else:
            seeds = {number: seed for number, seed in enumerate(cotangents) if seed is not None}
        found = Gradients(self, walked_back(self.record, seeds))
        return found.dense() if dense else found

    def jvp(self, result: Any, tangents: Mapping[Any, Any]) -> Any:
        """The tangent of `result`, a variable or a tree of them, along tangents of some leaves; zeros if it does not move."""
        given = {self._leaf(variable): tangent for variable, tangent in tangents.items()}
        dots = pushed_forward(self.record, given)

        def dot_of(one: Any) -> Any:
            if type(one) is not Variable:
                return zeros_like(one)
            return dots[one.number] if one.number in dots else zeros_like(one.value)

        return tree.tree_map(dot_of, result)

    def mine(self, variable: Any) -> Variable:
        """A variable of this tape.  Raises TapeError for anything else."""
        if type(variable) is not Variable or variable.tape is not self:
            what = "a variable of another tape" if type(variable) is Variable else tree.describe(variable)
            raise TapeError(f"{what} is not recorded on this tape: nothing of it depends on its leaves")
        return variable

    def _leaf(self, variable: Any) -> int:
        leaf = self.mine(variable).leaf
        if leaf is None:
            raise TapeError("a tangent is given to what was computed\nhint: give it to a leaf")
        return leaf

    # -------------------------------------------------------------------------------------------------------------- others
    def leaves(self) -> dict[int, Any]:
        """The nodes that were computed of nothing, by number."""
        return {number: node for number, node in enumerate(self.record.nodes) if node.application is None}

    def source(self, result: Any) -> str:
        """What was recorded of `result`, as a Python function of the leaves that have a name or a cotangent."""
        return source(self.record, self.mine(result).number)

    def clear(self) -> None:
        """Forget every node: what was computed keeps no memory alive."""
        self.record.nodes.clear()


def as_something_else(tape: Tape, function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Callable[[], Any] | None:
    """What a call is, that writes into arrays or is one of a partial function; None for all others."""
    if function in WRITERS:
        return functools.partial(WRITERS[function], *args, **options)
    if isinstance(function, np.ufunc):
        changes = "out" in options or "where" in options or len(args) > function.nin
        return functools.partial(in_place, tape, function, args, options) if changes else None
    if options.get("out") is not None:
        return functools.partial(in_place, tape, function, args, options)
    if isinstance(function, functools.partial):
        return functools.partial(tape.call, function.func, *function.args, *args, **{**function.keywords, **options})
    owner = getattr(function, "__self__", None)
    return functools.partial(at, owner, *args) if isinstance(owner, np.ufunc) and function.__name__ == "at" else None


def _item(parts: Any, k: int) -> Any:
    return parts[k]


def carries(value: Any) -> bool:
    """Whether something has a derivative: it is of floating point, exact, or recorded on another tape."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fcO"
    return type(value) is Variable or (isinstance(value, numbers.Number) and not isinstance(value, numbers.Integral))


def shares_memory(array: Any, whole: Any) -> bool:
    """Whether an array is a view of another one, or that itself."""
    if not isinstance(array, np.ndarray) or (array.base is None and array is not whole):
        return False
    return isinstance(whole, np.ndarray) and (array is whole or np.may_share_memory(array, whole))


def moves(value: Any) -> bool:
    """Whether a result, or a part of it, carries a derivative."""
    if type(value) is np.float64:
        return True
    if isinstance(value, (tuple, list)):
        return any(map(moves, value))
    return carries(value)


def kept(value: Any) -> Any:
    """A value that nobody else can change."""
    if not isinstance(value, np.ndarray):
        return value
    own = value.copy(order="K")
    own.flags.writeable = False
    return own


__all__ = ["Plan", "Rules", "Tape", "TapeError"]
