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


def vjp(f: Callable[..., Any], *args: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """The value of `f(*args)`, and the function from a cotangent of it to those of the arguments.

    Args:
        f: a function of numbers, arrays and trees of them; what carries no derivative is given as it is.

    Returns:
        The value, and a function that may be called again; a cotangent is None where an argument carries no derivative.
    """
    with Tape() as recording:
        given = recording.leaf(list(args), name="args")
        result = recording.run(f, *given)

    def pullback(result_bar: Any) -> tuple[Any, ...]:
        found = recording.backward_from(dict(_seeds(recording, result, result_bar)), dense=False)
        return tuple(found.tree(one) for one in given)

    return tree.tree_map(_bare, result), pullback


def _seeds(recording: Tape, result: Any, result_bar: Any) -> Any:
    for _, one, bar in tree.pairs(result, result_bar, "the cotangent"):
        if type(one) is Variable and one.tape is recording and bar is not None:
            yield one, bar


def _bare(one: Any) -> Any:
    return one.value if type(one) is Variable else one


def jvp(f: Callable[..., Any], args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of `f(*args)` and its tangent along `tangents`, one like each argument, None where it carries no derivative."""
    with Tape() as recording:
        given = recording.leaf(list(args), name="args")
        result = recording.run(f, *given)
    pairs = tree.pairs(given, list(tangents), "tangents")
    dot = recording.jvp(result, {one: v for _, one, v in pairs if type(one) is Variable and v is not None})
    return tree.tree_map(_bare, result), dot


def value_and_grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., tuple[Any, Any]]:
    """`value_and_grad(f)(*args)` is (value, gradient by the arguments `argnums`), as `s2s.value_and_grad`.

    Raises:
        NotScalar: the result is not a number.
    """

    def derivative(*args: Any) -> tuple[Any, Any]:
        value, pullback = vjp(f, *args)
        try:
            one = tape.core.one_of(value)
        except tape.TapeError as error:
            raise NotScalar(str(error), hint="use vjp with a cotangent of that shape") from error
        bars = pullback(one)
        return value, bars[argnums] if isinstance(argnums, int) else tuple(bars[k] for k in argnums)

    return derivative


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """`grad(f)(*args)` is the gradient of a number by the arguments `argnums`, as `s2s.grad`.  Raises as `value_and_grad` does."""
    return lambda *args: value_and_grad(f, argnums)(*args)[1]
