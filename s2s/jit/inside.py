"""Derivatives that a user's compiled code calls: Numba sees a function, which is derived and compiled for the types of each call.

In: a transform.  Out: what stands for it in the types of Numba.  What the derivative reads from outside is read when the calling
function is compiled, as Numba does it with all global variables.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit, types
from numba.core.imputils import lower_constant
from numba.core.typing.templates import fold_arguments
from numba.extending import models, register_model
from numba.np.numpy_support import as_dtype

if TYPE_CHECKING:
    from s2s.jit.dispatcher import Compiled

Maker = Callable[[tuple[Any, ...]], "Compiled"]


class Derivative(types.Dispatcher):  # type: ignore[misc]
    """The type of a transform: a function to call, of which there is nothing at run time."""

    def __reduce__(self) -> Any:
        return elsewhere, ()


def elsewhere() -> Any:
    """What Numba finds in its index on disk for a derivative: nothing that a call could be given."""
    return types.Opaque("a derivative of another process")


register_model(Derivative)(models.OpaqueModel)


@lower_constant(Derivative)  # type: ignore[untyped-decorator]
def _constant(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Nothing.  The calling function reads an address, so that Numba does not keep it on disk.

    It would not see a change of what is differentiated.  A load that may be seen by other threads is not optimised away.
    """
    address = context.add_dynamic_addr(builder, id(value), info="a derivative").operands[0]
    builder.load_atomic(address, "monotonic", 8)
    return context.get_dummy_value()


class Called:
    """What Numba asks of a function that is called: which version there is for some types."""

    is_compiling = False

    def __init__(self, name: str, signature: inspect.Signature, maker: Maker) -> None:
        self.__name__, self.signature, self.maker = name, signature, maker
        self.made: dict[tuple[Any, ...], Compiled] = {}
        self.kind = Derivative(self)

    def __repr__(self) -> str:
        return self.__name__

    def version(self, kinds: tuple[Any, ...]) -> Compiled:
        """The function for these types.  Raises S2SError where there is none."""
        if kinds not in self.made:
            self.made[kinds] = self.maker(kinds)
        return self.made[kinds]

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Numba's question for a call: a template, the parameters, and the types by position."""
        kinds = fold_arguments(
            self.signature, args, kws, lambda position, parameter, kind: kind,
            lambda position, parameter, default: types.Omitted(default), lambda position, parameter, kinds: types.StarArgTuple(kinds),
        )  # fmt: skip
        template, _, kinds, kws = self.version(tuple(kinds)).get_call_template(tuple(kinds), {})
        return template, self.signature, kinds, kws

    def get_overload(self, kinds: Any) -> Any:
        """Numba's question for what was typed: where its code is."""
        return self.version(tuple(kinds)).get_overload(tuple(kinds))

    @property
    def nopython_signatures(self) -> list[Any]:
        return [one for made in self.made.values() for one in made.nopython_signatures]


# ---------------------------------------------------------------------------------------------------------- examples
LENGTHS = (3, 5, 7, 11, 13, 17, 19, 23)
"""Of examples: different ones, so that nothing is taken for equal; none is 1, which NumPy would spread."""


class Unlike(Exception):
    """A type says too little of a value for a derivative to be made."""


def example(kind: Any, position: int) -> Any:
    """A value of a type, for the argument in some place; text and functions as they are known.  Raises Unlike."""
    match kind:
        case types.Omitted():
            return kind.value
        case types.StringLiteral():
            return kind.literal_value
        case types.Literal():
            return example(types.unliteral(kind), position)
        case types.NoneType():
            return None
        case types.Boolean():
            return True
        case types.Number():
            number = as_dtype(kind).type(1)
            return number.item() if kind in (types.int64, types.float64, types.complex128) else number
        case types.Array() if kind.ndim > 0:
            return array(kind, position)
        case types.Dispatcher() if hasattr(kind.dispatcher, "py_func"):
            return kind.dispatcher
    raise Unlike(kind)


def array(kind: Any, position: int) -> Any:
    lengths = tuple(LENGTHS[(position + axis) % len(LENGTHS)] for axis in range(kind.ndim))
    made = np.ones(lengths, as_dtype(kind.dtype), order="F" if kind.layout == "F" else "C")
    if kind.layout == "A":
        made = np.ones(tuple(2 * n for n in lengths), made.dtype)[(slice(None, None, 2),) * kind.ndim]
    made.flags.writeable = kind.mutable
    return made


def compiled_alone(function: Callable[..., Any]) -> Any:
    """A function that Numba compiles when it is typed; nothing of it is kept."""
    return njit(nogil=True, error_model="numpy")(function)


@njit(nogil=True)  # type: ignore[untyped-decorator]
def ends(a: Any) -> tuple[int, int]:
    """The addresses between which an array lies."""
    first = last = a.ctypes.data
    for axis in range(a.ndim):
        step = (a.shape[axis] - 1) * a.strides[axis]
        if step > 0:
            last += step
        else:
            first += step
    return first, last + a.itemsize


@njit(nogil=True)  # type: ignore[untyped-decorator]
def meet(a: Any, b: Any) -> bool:
    """Whether two arrays may have an entry in common."""
    first, last = ends(a)
    start, end = ends(b)
    return bool(a.size and b.size and first < end and start < last)
