"""`python -m lower.single [--size 5] [--only lu,lstm] [--forms readable,loops,compiled]`, from `tests/`: the corpus in single precision.

Every program is run with its arrays as float32.  Of each form of its derivative is asked:

    value       of the kind that NumPy gives (NEP 50): to the last bit in the readable form, to rounding in loop nests
    gradient    of the dtypes of the arguments, and near the one in double precision at the same arguments
    arrays      in double precision only if the program itself has some

The forms: readable, loop nests that run as Python (loops), and compiled ones.  The exit status is 1 if something is not so.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from types import FrameType, ModuleType
from typing import Any

import numba
import numpy as np

from lower.corpus import IN_PARTS, active, arguments, modules
from s2s import value_and_grad
from s2s.code import Piece
from s2s_runtime import tree

FORMS = ("readable", "loops", "compiled")
OUT_OF_SINGLE = {
    "three_mm_out": "it writes into an array in double precision, which NumPy refuses",
    "truncated_heston": "one of its functions is compiled for double precision",
}
"""Programs that do not run in single precision."""
WITH_DOUBLES = {
    "gauss_jordan": "np.eye(n)", "metropolis_rotors": "integers / 64", "recursive_filter": "np.exp of a Python float, times an array",
    "pid_control": "Python floats that a loop has to record",
}  # fmt: skip
"""Programs that have arrays in double precision for a reason that their variables do not show."""
ROUGH = {"ray_marcher": 2e-3}
"""How far gradients may be off where a program divides rounding errors by something small: differences of distances, by 0.02."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="lower.single", description=__doc__)
    parser.add_argument("--size", type=int, default=5)
    parser.add_argument("--only", default="", help="names of programs, with commas between them")
    parser.add_argument("--forms", default="readable,loops", help=", ".join(FORMS))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    chosen = set(filter(None, given.only.split(",")))
    failed = 0
    for module in modules():
        name = name_of(module)
        if (chosen and name not in chosen) or name in OUT_OF_SINGLE:
            continue
        start = time.perf_counter()
        faults = [f"{form}: {fault}" for form in given.forms.split(",") for fault in faults_of(module, form, given.size)]
        failed += bool(faults)
        print(f"{name:28s} {time.perf_counter() - start:6.1f} s  {'; '.join(faults) or 'ok'}", flush=True)
    return bool(failed)


def name_of(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


# ---------------------------------------------------------------------------------------------------------- arguments
def in_single(leaf: Any) -> Any:
    """A leaf of an argument, its array in single precision; Python's numbers stay, as they take the precision of what they meet."""
    dtype = {np.dtype(np.float64): np.float32, np.dtype(np.complex128): np.complex64}.get(getattr(leaf, "dtype", None))
    return leaf if dtype is None else leaf.astype(dtype)


def in_double(leaf: Any) -> Any:
    dtype = {np.dtype(np.float32): np.float64, np.dtype(np.complex64): np.complex128}.get(getattr(leaf, "dtype", None))
    return leaf if dtype is None else leaf.astype(dtype)


def single(module: ModuleType, size: int) -> tuple[Any, ...]:
    return tuple(tree.tree_map(in_single, arg) for arg in arguments(module, size))


# ------------------------------------------------------------------------------------------------------------- checks
def faults_of(module: ModuleType, form: str, size: int) -> Iterator[str]:
    """What is wrong with one form of a program's derivative."""
    which = active(module)
    with doubles_seen(module.__file__ or "") as own:
        value = module.loss(*single(module, size))
    here = tuple(tree.tree_map(in_double, arg) for arg in single(module, size))
    exact = value_and_grad(module.loss, which, jit=False)
    exact_value, expected = exact(*here)
    _, other = exact(*arguments(module, size))
    try:
        with form_of(form, module) as gradient, doubles_seen("<s2s") as seen:
            found_value, found = gradient(module.loss, which)(*single(module, size))
    except Exception as error:  # the report goes on with the next program
        yield f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
        return
    yield from wrong_value(found_value, value, exact_value, form)
    yield from wrong_gradient(found, [single(module, size)[k] for k in which], expected, other, ROUGH.get(name_of(module), 5e-5))
    if not own and type(value) is not np.float64 and name_of(module) not in WITH_DOUBLES:
        yield from (f"{name} is an array of float64" for name in dict.fromkeys(seen))


def wrong_value(found: Any, value: Any, exact: Any, form: str) -> Iterator[str]:
    """Whether a value is of the kind and the size of NumPy's; compiled code gives Python's floats in double precision."""
    same = isinstance(found, float) if isinstance(value, float) else type(found) is type(value)
    if not same:
        yield f"the value is a {type(found).__name__}, not a {type(value).__name__}"
    if form == "readable" and not (type(found) is type(value) and found == value):
        yield f"the value is {found!r}, not {value!r}"
    if not abs(float(found) - float(value)) <= 1e-5 * abs(float(exact)) + 10 * abs(float(value) - float(exact)):
        yield f"the value is {found!r}, not {value!r}"


def wrong_gradient(found: Any, primal: Any, expected: Any, other: Any, least: float) -> Iterator[str]:
    """Whether each part has the dtype of its argument, and is as near to what is expected as single precision allows.

    `other` is what comes of arguments that are not rounded: it says how much rounding matters.
    """
    leaves = [tree.flatten(part)[0] for part in (list(primal), list(found), list(expected), list(other))]
    for x, bar, wanted, unrounded in zip(*leaves, strict=True):
        if not tree.is_differentiable(x):
            continue
        if type(bar) is not type(x) or np.result_type(bar) != np.result_type(x):
            yield f"a gradient is {np.result_type(bar)}, not {np.result_type(x)}"
        size = max(float(np.max(np.abs(wanted), initial=0.0)), 1e-30)
        spread = float(np.max(np.abs(np.subtract(unrounded, wanted)), initial=0.0)) / size
        error = float(np.max(np.abs(np.subtract(bar, wanted)), initial=0.0)) / size
        if not error <= least + 50 * spread:
            yield f"a gradient is off by {error:.1e}"


# -------------------------------------------------------------------------------------------------------------- forms
@contextlib.contextmanager
def form_of(form: str, module: ModuleType) -> Iterator[Callable[..., Any]]:
    """How a derivative is made in this form; arrays in double precision that Numba makes are noted as those of Python are."""
    before = numba.config.DISABLE_JIT
    numba.config.DISABLE_JIT = form == "loops"
    strict = name_of(module) not in IN_PARTS
    try:
        yield lambda loss, which: value_and_grad(loss, which, jit=False if form == "readable" else True if strict else "auto")
    finally:
        numba.config.DISABLE_JIT = before


@contextlib.contextmanager
def doubles_seen(where: str) -> Iterator[list[str]]:
    """The names of arrays in double precision in functions of files whose names begin so, and in machine code that is called."""
    seen: list[str] = []

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        if not frame.f_code.co_filename.startswith(where):
            return None
        seen.extend(name for name, held in list(frame.f_locals.items()) if is_double(held))
        return trace

    def called(piece: Piece, *args: Any, **kwargs: Any) -> Any:
        found = plain(piece, *args, **kwargs)
        for made in getattr(piece.run, "overloads", {}).values():
            types = made.type_annotation.typemap if made.type_annotation else {}
            seen.extend(name for name, kind in types.items() if str(kind).startswith("array(float64"))
        return found

    plain, tracing = Piece.__call__, sys.gettrace()
    Piece.__call__ = called  # type: ignore[method-assign]
    sys.settrace(trace)
    try:
        yield seen
    finally:
        sys.settrace(tracing)
        Piece.__call__ = plain  # type: ignore[method-assign]


def is_double(held: Any) -> bool:
    return isinstance(held, np.ndarray) and held.dtype == np.float64


if __name__ == "__main__":
    sys.exit(main())
