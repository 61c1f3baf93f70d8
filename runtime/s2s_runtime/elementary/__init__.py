"""Elementary functions whose loops vectorise."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s_runtime.elementary import (
    arctangent,
    error_function,
    exponential,
    logarithm,
    powers,
    trigonometric,
)
from s2s_runtime.elementary.registering import register


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
