"""Functions that write into an array: stores of a recorded array.

In: a call of such a function.  Out: its result, when the stores are recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s_runtime.kernels import index_add
from s2s_runtime.tape.core import TapeError
from s2s_runtime.tape.variable import Variable, innermost, variables

PLAIN = "an array that is not recorded is written to\nhint: make it by tape.leaf(array, requires_grad=False), or call all of it by tape.run"


def in_place(tape: Any, function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A call with `out=`, or with `where=` of a ufunc: what was not chosen stays what it was."""
    out, args, options = outputs(function, args, options)
    if not isinstance(function, np.ufunc) or "where" not in options:
        found = tape.call(function, *args, **options)
        return found if out is None else written(out, found)
    where = options.pop("where")
    if out is None:
        raise TapeError("where= without out= leaves numbers that nobody has given\nhint: give out=, or write np.where")
    with np.errstate(all="ignore"):
        found = tape.call(function, *args, **options)
    return written(out, tape.call(np.where, where, found, out[0] if isinstance(out, tuple) else out))


def outputs(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """The arrays that a call is to write its result into, None for none; and the call without them."""
    out = options.get("out")
    if out is None and isinstance(function, np.ufunc) and len(args) > function.nin:
        out = args[function.nin :]
        args = args[: function.nin]
    return out, args, {name: option for name, option in options.items() if name != "out"}


def written(out: Any, found: Any) -> Any:
    """`out=`: what was computed, stored in arrays that are recorded."""
    outs = out if isinstance(out, tuple) else (out,)
    for one, value in zip(outs, found if isinstance(found, tuple) else (found,), strict=True):
        if one is not None:
            stored(one)[...] = value
    return outs[0] if len(outs) == 1 else out


def stored(array: Any) -> Variable:
    """An array to be written to.  Raises TapeError if it is not recorded."""
    if type(array) is not Variable:
        raise TapeError(PLAIN)
    return array


WRITERS: dict[Any, Callable[..., Any]] = {}
"""Functions of NumPy that write into their first argument."""


def _writes(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(writer: Callable[..., Any]) -> Callable[..., Any]:
        WRITERS.update(dict.fromkeys(functions, writer))
        return writer

    return register


def at(ufunc: np.ufunc, a: Any, indices: Any, *others: Any) -> None:
    """`ufunc.at`: repeated indices act repeatedly, one entry after the other if it is no sum."""
    if ufunc in (np.add, np.subtract):
        add_at(a, indices, others[0] if ufunc is np.add else -as_array(others[0]))
        return
    picked = np.arange(stored(a).size).reshape(a.shape)[indices]
    spread = [innermost((a, one)).call(np.broadcast_to, as_array(one), np.shape(picked)) for one in others]
    for place in np.ndindex(np.shape(picked)):
        entry = np.unravel_index(picked[place], a.shape)
        a[entry] = innermost((a, *spread)).call(ufunc, a[entry], *(one[place] for one in spread))


def add_at(a: Any, indices: Any, b: Any) -> None:
    root = stored(a).root
    tape = innermost((root, indices, b))
    root.replace(tape.call(index_add, root, indices, as_array(b), a.path))


@_writes(np.copyto)
def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    stored(dst)[...] = src if where is True else innermost((dst, src)).call(np.where, where, src, dst)


@_writes(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    places = np.zeros(stored(a).shape, bool)
    np.fill_diagonal(places, True, wrap)
    _spread(a, np.nonzero(places), val)


@_writes(np.put)
def put(a: Any, ind: Any, v: Any, mode: Any = "raise") -> None:
    flat = np.arange(stored(a).size).take(np.ravel(ind), mode=mode)
    _spread(a, np.unravel_index(flat, a.shape), v)


@_writes(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    """The values of the same places, those of a shorter array repeated."""
    flat, given = np.nonzero(np.ravel(mask))[0], ravelled(values)
    stored(a)[np.unravel_index(flat, a.shape)] = given[flat % max(len(given), 1)]


@_writes(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    """The values in their order, repeated."""
    _spread(arr, np.unravel_index(np.nonzero(np.ravel(mask))[0], stored(arr).shape), vals)


@_writes(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any = -1) -> None:
    shape = stored(arr).shape
    places = list(np.ix_(*(np.arange(n) for n in np.shape(indices))))
    places[axis % len(shape)] = np.asarray(indices)
    arr[tuple(places)] = values


def _spread(a: Any, places: Any, values: Any) -> None:
    """Values stored in places one after the other, repeated if there are fewer."""
    count, given = np.size(places[0]), ravelled(values)
    if count:
        a[places] = given[np.arange(count) % len(given)]


def as_array(values: Any) -> Any:
    """Numbers in lists as an array; recorded if one of them is."""
    if isinstance(values, (list, tuple)) and any(True for _ in variables(values)):
        return innermost((values,)).call(np.array, values)
    return values


def ravelled(values: Any) -> Any:
    return np.ravel(as_array(values))
