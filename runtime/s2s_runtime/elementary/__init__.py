"""Elementary functions whose loops vectorise.

`exp`, `exp2`, `expm1`, `log`, `log2`, `log10`, `log1p`, `sin`, `cos`, `tan`, `sinh`, `cosh`, `tanh`, `arctan`, `erf`,
`power` and `hypot`.  Called from Python they are NumPy's (`erf` is SciPy's).  Called in code that Numba compiles, with a float64 or a
float32, each is a kernel whose instructions are written into the caller, without a branch or a table, so that LLVM vectorises
the loop around it; a float32 is computed in float32, an integer as float64.  (`sin`, `cos` and `tan` of huge arguments are
what is rare: `rare.py` says where they go.)  Signed zeros, denormals, infinities and NaN are as C's Annex F has them, whatever
`fastmath` the caller asks for.

Errors are at most 2 units in the last place; the largest that were found (`tests/elementary/report.py`; `docs/benchmarks.md`
says at how many points, and has the times):

    function   float64  float32
    exp           1.01     0.97
    exp2          1.06     0.99
    expm1         1.19     1.03
    log           0.89     0.84
    log2          1.11     0.98
    log10         0.95     0.96
    log1p         1.38     1.39
    sin           0.84     0.79
    cos           0.85     0.77
    tan           0.78     0.70
    sinh          0.90     0.82
    cosh          0.87     0.87
    tanh          1.46     1.40
    arctan        0.81     0.82
    erf           1.01     1.17
    power         1.37     0.78
    hypot         1.08     1.11

A small exponent that stands in the text, `power(x, -1.5)`, costs products, quotients and a root (`fixed_powers.py`): 1.91.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s_runtime.elementary import (
    arctangent,
    error_function,
    exponential,
    lengths,
    logarithm,
    powers,
    trigonometric,
)
from s2s_runtime.elementary.registering import register
from s2s_runtime.elementary.widening import widest_vectors

__all__ = [
    "arctan",
    "cos",
    "cosh",
    "erf",
    "exp",
    "exp2",
    "expm1",
    "hypot",
    "log",
    "log1p",
    "log2",
    "log10",
    "power",
    "sin",
    "sinh",
    "tan",
    "tanh",
    "widest_vectors",
]


def exp(x: Any) -> Any:
    return np.exp(x)


def exp2(x: Any) -> Any:
    return np.exp2(x)


def expm1(x: Any) -> Any:
    return np.expm1(x)


def log(x: Any) -> Any:
    return np.log(x)


def log2(x: Any) -> Any:
    return np.log2(x)


def log10(x: Any) -> Any:
    return np.log10(x)


def log1p(x: Any) -> Any:
    return np.log1p(x)


def sin(x: Any) -> Any:
    return np.sin(x)


def cos(x: Any) -> Any:
    return np.cos(x)


def tan(x: Any) -> Any:
    return np.tan(x)


def sinh(x: Any) -> Any:
    return np.sinh(x)


def cosh(x: Any) -> Any:
    return np.cosh(x)


def tanh(x: Any) -> Any:
    return np.tanh(x)


def arctan(x: Any) -> Any:
    return np.arctan(x)


def erf(x: Any) -> Any:
    from scipy import special

    return special.erf(x)


def power(x: Any, y: Any) -> Any:
    return np.power(x, y)


def hypot(x: Any, y: Any) -> Any:
    return np.hypot(x, y)


KERNELS = {
    exp: exponential.exp,
    exp2: exponential.exp2,
    expm1: exponential.expm1,
    log: logarithm.log,
    log2: logarithm.log2,
    log10: logarithm.log10,
    log1p: logarithm.log1p,
    sin: trigonometric.sin,
    cos: trigonometric.cos,
    tan: trigonometric.tan,
    sinh: exponential.sinh,
    cosh: exponential.cosh,
    tanh: exponential.tanh,
    arctan: arctangent.arctan,
    erf: error_function.erf,
}
for _function, _kernel in KERNELS.items():
    register(_function, _kernel, 1)
register(power, powers.power, 2)
register(hypot, lengths.hypot, 2)
