"""Arrays of `Scalar`s: NumPy's own code runs on them, and its elementwise functions take their meanings.

In: arrays of objects.  Out: the same with NumPy's methods that would otherwise read a dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.verify.elementary import elementary
from s2s.verify.scalar import Scalar, scalar

MEANINGS = elementary()
"""What functions mean, by function object; other modules add to it."""


class Symbols(np.ndarray):
    """An array whose entries are `Scalar`s, or numbers that have not met one yet."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [plainly(x) for x in inputs]
        out = options.get("out")
        if out is not None:
            options["out"] = tuple(plainly(x) for x in out)
        if method == "__call__" and ufunc in MEANINGS and out is None:
            return each(MEANINGS[ufunc], *plain)
        if method == "reduce" and "where" in options and ufunc.identity is not None:  # objects have none of their own
            options.setdefault("initial", ufunc.identity)
        result = getattr(ufunc, method)(*plain, **options)
        return result if out is None else out[0] if len(out) == 1 else out if out is not None else symbols(result)

    def __array_finalize__(self, made_from: Any) -> None:
        """Nothing beside the entries is kept."""

    def astype(self, dtype: Any, *args: Any, **options: Any) -> Any:
        kind = np.dtype(dtype).kind if is_dtype(dtype) else "O"
        if kind in "iu":
            return np.array([int(entry) for entry in self.ravel()], dtype).reshape(self.shape)
        return super().astype(dtype, *args, **options) if kind == "b" else self.copy()

    @property  # type: ignore[misc]
    def real(self) -> Any:
        return each(lambda x: scalar(x).real, self)

    @property  # type: ignore[misc]
    def imag(self) -> Any:
        return each(lambda x: scalar(x).imag, self)

    def conj(self) -> Any:
        return each(lambda x: scalar(x).conjugate(), self)

    conjugate = conj

    def std(self, *args: Any, **options: Any) -> Any:
        return each(MEANINGS[np.sqrt], self.var(*args, **options))


def is_dtype(dtype: Any) -> bool:
    try:
        np.dtype(dtype)
    except TypeError:
        return False
    return True


def plainly(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, Symbols) else x


def symbols(x: Any) -> Any:
    """An array of objects as `Symbols`; anything else as it is, item by item in a tuple or a list."""
    if isinstance(x, (tuple, list)) and any(isinstance(part, np.ndarray) for part in x):
        return type(x)(symbols(part) for part in x) if type(x) in (tuple, list) else x
    return x.view(Symbols) if isinstance(x, np.ndarray) and x.dtype == object else x


def each(meaning: Any, *arrays: Any) -> Any:
    """`meaning` of the entries of arrays that are broadcast; of numbers only, a number."""
    arrays = tuple(array.item() if isinstance(array, np.ndarray) and array.ndim == 0 else array for array in arrays)
    if not any(isinstance(array, (np.ndarray, list, tuple)) for array in arrays):
        return meaning(*arrays)
    operands = np.broadcast_arrays(*(objects(array) for array in arrays))
    found = [meaning(*entries) for entries in zip(*(operand.ravel() for operand in operands), strict=True)]
    if found and all(isinstance(entry, (bool, np.bool_)) for entry in found):
        return np.reshape(np.array(found, bool), operands[0].shape)
    return filled(found, operands[0].shape)


def objects(x: Any) -> Any:
    """A plain array of objects."""
    return x.view(np.ndarray) if isinstance(x, Symbols) else np.array(x, object)


def filled(entries: list[Any], shape: tuple[int, ...]) -> Any:
    """`Symbols` of this shape with these entries."""
    result = np.empty(len(entries), object)
    for k, entry in enumerate(entries):
        result[k] = entry
    return result.reshape(shape).view(Symbols)


def scalars(x: Any) -> list[Scalar]:
    """The entries of an array, or a number, as `Scalar`s."""
    return [scalar(entry) for entry in np.ravel(objects(x))]
