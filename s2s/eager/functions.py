"""Derivatives of functions by a tape: of what has no source, and as an oracle for the transformer.

In: a function of numbers, arrays and trees of them.  Out: its value, cotangents, tangents.  Functions are recorded call by call, also
those of `math` and SciPy; calls of what is compiled, or written for arrays only, are refused where they would lose the derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from s2s.eager.choosing import Table
from s2s.errors import NotScalar
from s2s_runtime import tape, tree
from s2s_runtime.tape import Variable

TABLE = Table()


class Tape(tape.Tape):
    """A tape with the rule table of this package."""

    def __init__(self) -> None:
        super().__init__(TABLE)


def vjp(f: Callable[..., Any], *args: Any, **options: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """The value of `f(*args, **options)`, and the function from a cotangent of it to those of `args`.

    Args:
        f: a function of numbers, arrays and trees of them; what carries no derivative is given as it is.

    Returns:
        The value, and a function that may be called again; a cotangent is None where an argument carries no derivative.
    """
    recording, given, result = _recorded(f, args, options)

    def pullback(result_bar: Any) -> tuple[Any, ...]:
        found = recording.backward_from(_seeds(recording, result, result_bar), dense=False)
        return tuple(found.tree(one) for one in given)

    return tree.tree_map(_bare, result), pullback


def _recorded(f: Callable[..., Any], args: Sequence[Any], options: dict[str, Any]) -> tuple[Tape, Any, Any]:
    """The tape of a call, its leaves like the arguments, its result."""
    with Tape() as recording:
        given = recording.leaf(list(args), name="args")
        return recording, given, recording.run(f, *given, **options)


def _seeds(recording: Tape, result: Any, result_bar: Any) -> dict[Variable, Any]:
    """The cotangents of the variables in a result; what stands there twice has the sum."""
    found: dict[Variable, Any] = {}
    for _, one, bar in tree.pairs(result, result_bar, "the cotangent"):
        if type(one) is Variable and one.tape is recording and bar is not None:
            found[one] = tree.add(found.get(one), bar)
    return found


def _bare(one: Any) -> Any:
    return one.value if type(one) is Variable else one


def jvp(f: Callable[..., Any], args: Sequence[Any], tangents: Sequence[Any], **options: Any) -> tuple[Any, Any]:
    """The value of `f(*args, **options)` and its tangent along `tangents`, one like each argument, None where it carries no derivative."""
    recording, given, result = _recorded(f, args, options)
    pairs = tree.pairs(given, list(tangents), "tangents")
    dot = recording.jvp(result, {one: v for _, one, v in pairs if type(one) is Variable and v is not None})
    return tree.tree_map(_bare, result), dot


def value_and_grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0, *, has_aux: bool = False) -> Callable[..., tuple[Any, Any]]:
    """`value_and_grad(f)(*args)` is (value, gradient by the arguments `argnums`), as `s2s.value_and_grad`.

    With `has_aux` the function returns (value, aux), and the result is ((value, aux), gradient).

    Raises:
        NotScalar: the value is not a number.
    """

    def derivative(*args: Any, **options: Any) -> tuple[Any, Any]:
        result, pullback = vjp(f, *args, **options)
        try:
            one = tape.core.one_of(result[0] if has_aux else result)
        except tape.TapeError as error:
            raise NotScalar(str(error), hint="use vjp with a cotangent of that shape") from error
        bars = pullback((one, None) if has_aux else one)
        return result, bars[argnums] if isinstance(argnums, int) else tuple(bars[k] for k in argnums)

    return derivative


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0, *, has_aux: bool = False) -> Callable[..., Any]:
    """`grad(f)(*args)` is the gradient of a number by the arguments `argnums`, as `s2s.grad`; with `has_aux` (gradient, aux).

    Raises as `value_and_grad` does.
    """

    def derivative(*args: Any, **options: Any) -> Any:
        result, gradient = value_and_grad(f, argnums, has_aux=has_aux)(*args, **options)
        return (gradient, result[1]) if has_aux else gradient

    return derivative
