"""Numbers and arrays that record what is computed of them.

In: operators, NumPy's functions and ufuncs, methods, subscripts, stores.  Out: a call each on the tape of the operands.

An array and its views share a memory: a store through one of them is seen by all, as it is in NumPy.  A store makes a new node, with
a copy of what was there, so that nothing is overwritten that the way back still reads.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s_runtime.kernels import index_set
from s2s_runtime.tape.core import TapeError
from s2s_runtime.tape.methods import attribute, bare

if TYPE_CHECKING:
    from s2s_runtime.tape.tape import Tape

Steps = tuple[tuple[Any, ...], ...]
"""Functions, each with its arguments behind the array."""


class Variable:
    """A value on a tape: `value`, a number or a read-only array.

    A view has a `base`, another variable, and `steps`: functions, each with its arguments, that lead from there to it.  `version` counts
    the stores into an array that is no view; that of a view is the one that it has seen.
    """

    __slots__ = ("_number", "base", "leaf", "steps", "tape", "version")

    def __init__(self, tape: Tape, number: int, base: Variable | None = None, steps: Steps = (), leaf: bool = False) -> None:
        self.tape, self._number, self.base, self.steps = tape, number, base, steps
        self.leaf = number if leaf else None
        self.version: int = 0 if base is None else base.root.version

    # ------------------------------------------------------------------------------------------------------------- memory
    @property
    def root(self) -> Variable:
        """The variable whose memory this is a view of."""
        return self if self.base is None else self.base.root

    @property
    def path(self) -> Steps:
        """The steps that lead from the root to this view."""
        return () if self.base is None else (*self.base.path, *self.steps)

    @property
    def number(self) -> int:
        """The node with the value as it is now."""
        if self.base is not None and self.version != (version := self.root.version):
            with self.tape.goes_on():  # a view may be read when the tape has ended
                self._number = followed(self.base, self.steps)._number
            self.version = version
        return self._number

    def __getitem__(self, index: Any) -> Any:
        return innermost((self, index)).call(operator.getitem, self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        if not isinstance(bare(self), np.ndarray):
            raise TypeError(f"{type(bare(self)).__name__!r} object does not support item assignment")
        root = self.root
        tape = innermost((root, index, value))
        if tape is not root.tape:
            raise TapeError("a value of an inner tape is stored in an array of an outer one\nhint: make the array inside")
        root.replace(tape.call(index_set, root, index, value, self.path))

    def replace(self, new: Variable) -> None:
        """The value of an array after a store: its views see it."""
        self._number = new.number
        self.version += 1

    def _in_place(self, function: Any, other: Any) -> Any:
        """`x += y`: a store into an array, a new value for a number."""
        if not isinstance(bare(self), np.ndarray):
            return innermost((self, other)).call(function, self, other)
        self[...] = innermost((self, other)).call(function, self, other)
        return self

    # -------------------------------------------------------------------------------------------------------------- value
    __s2s_recorded__ = True  # `stop_gradient` asks for it: it cannot import this module

    @property
    def value(self) -> Any:
        return self.tape.record.nodes[self.number].value

    @property
    def name(self) -> str | None:
        """The name that was given to this leaf."""
        return self.tape.record.nodes[self.number].name

    @property
    def requires_grad(self) -> bool:
        return self.tape.record.nodes[self.number].requires_grad

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    @property
    def ndim(self) -> int:
        return np.ndim(self.value)

    @property
    def size(self) -> int:
        return int(np.size(self.value))

    @property
    def dtype(self) -> Any:
        return np.result_type(self.value)

    @property
    def flags(self) -> Any:
        return self.value.flags

    def __len__(self) -> int:
        return len(self.value)

    def __bool__(self) -> bool:
        """The branch that is taken is the one of the value."""
        return bool(self.tape.decided(self, "a branch"))

    def __int__(self) -> int:
        """Rounded: nothing moves with it."""
        return int(self.tape.decided(self, "a whole number"))

    def __index__(self) -> int:
        return operator.index(self.tape.decided(self, "an index"))

    def __iter__(self) -> Iterator[Any]:
        if np.ndim(self.value) == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[k] for k in range(len(self)))

    @property
    def real(self) -> Any:
        return attribute(self, "real")

    @real.setter
    def real(self, value: Any) -> None:
        attribute(self, "real")[...] = value

    @property
    def imag(self) -> Any:
        return attribute(self, "imag")

    @imag.setter
    def imag(self, value: Any) -> None:
        attribute(self, "imag")[...] = value

    def __format__(self, how: str) -> str:
        return format(bare(self), how)

    def __str__(self) -> str:
        return str(bare(self))

    def __repr__(self) -> str:
        about = "" if self.name is None else f", {self.name}"
        return f"Variable({self.value!r}{about})"

    def __float__(self) -> float:
        return float(self._bare("float(x)"))

    def __complex__(self) -> complex:
        return complex(self._bare("complex(x)"))

    def __array__(self, *args: Any, **options: Any) -> Any:
        return np.array(self._bare("a plain array made of it"), *args, **options)

    def _bare(self, what: str) -> Any:
        """The value of what has no derivative; of anything else it would be lost."""
        if self.requires_grad:
            raise TapeError(
                f"{what} would lose the derivative of a recorded value\nhint: call the function by tape.call(function, x), or all of it "
                "by tape.run(function, x); for the bare number write x.value"
            )
        return self.value

    # ----------------------------------------------------------------------------------------------------------- protocols
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        tape = self.tape if len(inputs) == 1 and not options else innermost(inputs, options)
        return tape.call(function, *inputs, **options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return innermost(args, options).call(function, *args, **options)

    def __getattr__(self, name: str) -> Any:
        """A method or an attribute of an array."""
        return attribute(self, name)

    __hash__ = object.__hash__


def followed(base: Variable, steps: Steps) -> Any:
    """The view of a variable that some steps lead to."""
    found: Any = base
    for function, *args in steps:
        found = found.tape.call(function, found, *args) if type(found) is Variable else function(found, *args)
    return found


def innermost(*groups: Any) -> Tape:
    """The tape that records a call: the youngest of those that its operands are on."""
    return max((leaf.tape for group in groups for leaf in variables(group)), key=lambda tape: tape.level)


def variables(tree: Any) -> Iterator[Variable]:
    """The variables in an argument: itself, or those in lists, tuples, dicts and slices."""
    kind = type(tree)
    if kind is Variable:
        yield tree
    elif kind is np.ndarray or kind is float:
        return
    elif isinstance(tree, (list, tuple)):
        for part in tree:
            yield from variables(part)
    elif isinstance(tree, dict):
        yield from variables(tuple(tree.values()))
    elif type(tree) is slice:
        yield from variables((tree.start, tree.stop, tree.step))


# ----------------------------------------------------------------------------------------------------------- operators
def _binary(function: Any, swapped: bool) -> Any:
    def method(self: Variable, other: Any) -> Any:
        kind = type(other)
        alone = kind is float or kind is np.ndarray or (kind is Variable and other.tape is self.tape)
        tape = self.tape if alone else innermost((self, other))
        return tape.call(function, other, self) if swapped else tape.call(function, self, other)

    return method


def _unary(function: Any) -> Any:
    return lambda self: self.tape.call(function, self)


BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor")
COMPARED = ("lt", "le", "gt", "ge", "eq", "ne")
for _name in BINARY:
    _function, _bare = getattr(operator, _name), _name.rstrip("_")
    setattr(Variable, f"__{_bare}__", _binary(_function, swapped=False))
    setattr(Variable, f"__r{_bare}__", _binary(_function, swapped=True))
    setattr(Variable, f"__i{_bare}__", lambda self, other, function=_function: self._in_place(function, other))
for _name in COMPARED:
    setattr(Variable, f"__{_name}__", _binary(getattr(operator, _name), swapped=False))
for _name, _function in {"neg": operator.neg, "pos": operator.pos, "abs": abs, "invert": operator.invert}.items():
    setattr(Variable, f"__{_name}__", _unary(_function))
