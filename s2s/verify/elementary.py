"""What elementwise functions mean: of numbers that carry an expression and a value.

In: `Scalar`s or plain numbers.  Out: a `Scalar`, or a truth value.  The table is of definitions, and none of a derivative: what is
proved rests on them, and they are held against the functions themselves at every sample point.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from s2s.verify.evaluating import value_of
from s2s.verify.pairs import Pair
from s2s.verify.scalar import Scalar, applied, is_complex, mp, scalar
from s2s_runtime import kernels

Meaning = Callable[..., Any]


def named(symbolic: Any, numeric: Any) -> Meaning:
    return lambda *args: applied(symbolic, numeric, *args)


exp = named(sp.exp, mp.exp)


def log(x: Any) -> Any:
    x = scalar(x)
    return scalar(-math.inf) if x.value == 0 else applied(sp.log, mp.log, x)


sin, cos = named(sp.sin, mp.sin), named(sp.cos, mp.cos)


def sqrt(x: Any) -> Any:
    """The root; of a square of real numbers it is the number or its opposite, as the sample says."""
    found = applied(sp.sqrt, mp.sqrt, x)
    return found if found.expr is None or isinstance(found.expr, Pair) else Scalar(_without_bars(found.expr), found.value)


def _without_bars(expr: sp.Expr) -> sp.Expr:
    """A product of powers, in which |x| is x or its opposite, as the sample says."""
    if isinstance(expr, sp.Abs):
        (inner,) = expr.args
        return inner if value_of(inner) >= 0 else -inner
    if expr.is_Mul:
        return sp.Mul(*map(_without_bars, expr.args))
    return sp.Pow(_without_bars(expr.base), expr.exp) if expr.is_Pow and isinstance(expr.base, sp.Abs) else expr


def cbrt(x: Any) -> Any:
    x = scalar(x)
    return -cbrt(-x) if x < 0 else applied(sp.cbrt, mp.cbrt, x)


def absolute(x: Any) -> Any:
    return abs(scalar(x))


def sign(x: Any) -> Any:
    x = scalar(x)
    if is_complex(x):
        return x / abs(x) if x != 0 else scalar(0)
    return scalar(0 if x == 0 else 1 if x > 0 else -1)


def arctan2(y: Any, x: Any) -> Any:
    return applied(sp.atan2, mp.atan2, y, x)


def hypot(*parts: Any) -> Any:
    return sqrt(sum((scalar(part) * part for part in parts), scalar(0)))


def larger(a: Any, b: Any) -> Any:
    a, b = scalar(a), scalar(b)
    return a if a >= b or mp.isnan(a.value) else b


def smaller(a: Any, b: Any) -> Any:
    a, b = scalar(a), scalar(b)
    return a if a <= b or mp.isnan(a.value) else b


def fmax(a: Any, b: Any) -> Any:
    return b if mp.isnan(scalar(a).value) else a if mp.isnan(scalar(b).value) else larger(a, b)


def fmin(a: Any, b: Any) -> Any:
    return b if mp.isnan(scalar(a).value) else a if mp.isnan(scalar(b).value) else smaller(a, b)


def floor(x: Any) -> Any:
    """A whole number: it is constant between its jumps."""
    return scalar(int(mp.floor(scalar(x).value)))


def ceil(x: Any) -> Any:
    return scalar(int(mp.ceil(scalar(x).value)))


def truncated(x: Any) -> Any:
    return floor(x) if scalar(x) >= 0 else ceil(x)


def rounded(x: Any) -> Any:
    return scalar(int(mp.nint(scalar(x).value)))


def remainder(x: Any, y: Any) -> Any:
    x, y = scalar(x), scalar(y)
    return x - y * floor(x / y)


def fmod(x: Any, y: Any) -> Any:
    x, y = scalar(x), scalar(y)
    return x - y * truncated(x / y)


def copysign(x: Any, y: Any) -> Any:
    size = abs(scalar(x))
    return -size if scalar(y) < 0 else size


def heaviside(x: Any, middle: Any) -> Any:
    x = scalar(x)
    return middle if x == 0 else scalar(0 if x < 0 else 1)


def power(x: Any, y: Any) -> Any:
    return scalar(x) ** scalar(y)


def square(x: Any) -> Any:
    return scalar(x) * x


def sinc(x: Any) -> Any:
    x = scalar(x)
    u = scalar(math.pi) * x
    return scalar(1) if x == 0 else sin(u) / u


def sinc_derivative(x: Any, order: Any) -> Any:
    """The derivative of `np.sinc` of this order, away from 0."""
    point = sp.Symbol("point")
    slope = sp.diff(sp.sin(sp.pi * point) / (sp.pi * point), point, int(order))
    return applied(lambda expr, _: slope.subs(point, expr), lambda v, _: mp.diff(mp.sincpi, v, int(order)), x, order)


def logaddexp(x: Any, y: Any) -> Any:
    return log(exp(x) + exp(y))


def angle(x: Any, deg: bool = False) -> Any:
    x = scalar(x)
    turned = arctan2(x.imag, x.real)
    return turned * 180 / scalar(math.pi) if deg else turned


def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    return x if math.isfinite(float(mp.re(scalar(x).value))) else scalar(nan)


def isnan(x: Any) -> bool:
    return bool(mp.isnan(scalar(x).value))


def isinf(x: Any) -> bool:
    return bool(mp.isinf(scalar(x).value))


def isfinite(x: Any) -> bool:
    return not isnan(x) and not isinf(x)


def modf(x: Any) -> tuple[Any, Any]:
    whole = truncated(x)
    return scalar(x) - whole, whole


def frexp(x: Any) -> tuple[Any, Any]:
    """A part from a half to 1, and the power of 2."""
    exponent = math.frexp(float(scalar(x).value))[1]
    return scalar(x) / scalar(2) ** scalar(exponent), exponent


def ldexp(x: Any, n: Any) -> Any:
    return scalar(x) * scalar(2) ** scalar(n)


def complex_number(real: Any = 0, imag: Any = 0) -> Any:
    return scalar(real) + scalar(1j) * scalar(imag)


def whole_or_float(x: Any) -> Any:
    """A conversion between kinds of real numbers: the number itself."""
    return scalar(x)


def log_gamma(x: Any) -> Any:
    return applied(sp.loggamma, mp.loggamma, x)


def polygamma(order: Any, x: Any) -> Any:
    return applied(sp.polygamma, lambda n, v: mp.psi(int(n), v), order, x)


PI = scalar(math.pi)

BY_NAME: dict[str, Meaning] = {
    "sin": sin, "cos": cos, "tan": named(sp.tan, mp.tan), "exp": exp, "log": log, "sqrt": sqrt, "cbrt": cbrt,
    "sinh": named(sp.sinh, mp.sinh), "cosh": named(sp.cosh, mp.cosh), "tanh": named(sp.tanh, mp.tanh),
    "arcsin": named(sp.asin, mp.asin), "arccos": named(sp.acos, mp.acos), "arctan": named(sp.atan, mp.atan),
    "arcsinh": named(sp.asinh, mp.asinh), "arccosh": named(sp.acosh, mp.acosh), "arctanh": named(sp.atanh, mp.atanh),
    "arctan2": arctan2, "hypot": hypot, "exp2": lambda x: exp(scalar(x) * scalar(math.log(2.0))),
    "expm1": lambda x: exp(x) - 1, "log1p": lambda x: log(scalar(x) + 1),
    "log2": lambda x: log(x) / scalar(math.log(2.0)), "log10": lambda x: log(x) / scalar(math.log(10.0)),
    "logaddexp": logaddexp, "absolute": absolute, "fabs": absolute, "sign": sign, "maximum": larger, "minimum": smaller,
    "logaddexp2": lambda x, y: log(scalar(2) ** x + scalar(2) ** y) / scalar(math.log(2.0)),
    "fmax": fmax, "fmin": fmin, "floor": floor, "ceil": ceil, "trunc": truncated, "rint": rounded,
    "remainder": remainder, "fmod": fmod, "copysign": copysign, "heaviside": heaviside, "power": power,
    "float_power": power, "square": square, "reciprocal": lambda x: scalar(1) / x, "sinc": sinc,
    "radians": lambda x: scalar(x) * PI / 180, "deg2rad": lambda x: scalar(x) * PI / 180,
    "degrees": lambda x: scalar(x) * 180 / PI, "rad2deg": lambda x: scalar(x) * 180 / PI,
    "positive": scalar, "negative": lambda x: -scalar(x), "isnan": isnan, "isinf": isinf, "isfinite": isfinite,
    "conjugate": lambda x: scalar(x).conjugate(), "ldexp": ldexp, "real": lambda x: scalar(x).real,
    "imag": lambda x: scalar(x).imag, "angle": angle, "nan_to_num": nan_to_num,
    "add": lambda x, y: scalar(x) + y, "subtract": lambda x, y: scalar(x) - y, "multiply": lambda x, y: scalar(x) * y,
    "divide": lambda x, y: scalar(x) / y, "true_divide": lambda x, y: scalar(x) / y,
    "floor_divide": lambda x, y: floor(scalar(x) / y), "float32": whole_or_float, "float64": whole_or_float,
    "signbit": lambda x: scalar(x) < 0,
}  # fmt: skip
"""Elementwise functions of NumPy, by name."""

OF_MATH: dict[str, Meaning] = {
    "asin": BY_NAME["arcsin"], "acos": BY_NAME["arccos"], "atan": BY_NAME["arctan"], "atan2": arctan2,
    "asinh": BY_NAME["arcsinh"], "acosh": BY_NAME["arccosh"], "atanh": BY_NAME["arctanh"], "pow": power,
    "erf": named(sp.erf, mp.erf), "erfc": named(sp.erfc, mp.erfc), "gamma": named(sp.gamma, mp.gamma),
    "lgamma": log_gamma, "phase": angle,
    **{name: BY_NAME[name] for name in (
        "sin", "cos", "tan", "exp", "sqrt", "cbrt", "sinh", "cosh", "tanh", "exp2", "expm1", "log1p", "log2", "log10", "fabs",
        "fmod", "copysign", "radians", "degrees", "floor", "ceil", "trunc", "ldexp", "isnan", "isinf", "isfinite", "hypot")},
    "log": lambda x, base=None: log(x) if base is None else log(x) / log(base),
}  # fmt: skip
"""Functions of `math` and `cmath`, by name."""


def elementary() -> dict[Any, Meaning]:
    """The meanings of all elementwise functions of NumPy and the standard library, by function object."""
    found: dict[Any, Meaning] = {getattr(np, name): meaning for name, meaning in BY_NAME.items()}
    for module in (cmath, math):
        found.update({getattr(module, name): meaning for name, meaning in OF_MATH.items() if hasattr(module, name)})
    found |= {kernels.polygamma: polygamma, kernels.sinc_derivative: sinc_derivative}
    return found | {complex: complex_number, float: whole_or_float, abs: absolute}
