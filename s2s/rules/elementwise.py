"""Derivative rules: functions of one number, elementwise, and the few of two.

In: the elementary functions of `math` and NumPy.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import cmath
import math

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import diagonal, elementwise
from s2s.rules.when import is_real, vanishes
from s2s_runtime.kernels import modified_bessel, polygamma, share, sinc_derivative


# ------------------------------------------------------------------------------------- trigonometric, hyperbolic
@elementwise(np.sin, math.sin, cmath.sin, domain="real")
def sin(x):
    return np.cos(x)


@elementwise(np.cos, math.cos, cmath.cos, domain="real")
def cos(x):
    return -np.sin(x)


@elementwise(np.tan, math.tan, cmath.tan, domain="half turn")
def tan(x, *, result):
    return 1.0 + result * result


@diagonal(np.arcsin, math.asin, cmath.asin, domain="unit")
def arcsin(v, x):
    return v / np.sqrt((1.0 - x) * (1.0 + x))


@diagonal(np.arccos, math.acos, cmath.acos, domain="unit")
def arccos(v, x):
    return -v / np.sqrt((1.0 - x) * (1.0 + x))


@diagonal(np.arctan, math.atan, cmath.atan, domain="real")
def arctan(v, x):
    return v / (1.0 + x * x)


@diagonal(np.arctan2, math.atan2, domain=("nonzero", "nonzero"))
def arctan2(v, x1, x2):
    length = np.hypot(x1, x2)  # a sum of squares would overflow
    return v * (x2 / length) / length, -v * (x1 / length) / length


@elementwise(np.sinh, math.sinh, cmath.sinh, domain="real")
def sinh(x):
    return np.cosh(x)


@elementwise(np.cosh, math.cosh, cmath.cosh, domain="real")
def cosh(x):
    return np.sinh(x)


@elementwise(np.tanh, math.tanh, cmath.tanh, domain="real")
def tanh(x, *, result):
    return 1.0 - result * result


@diagonal(np.arcsinh, math.asinh, when=is_real, domain="real")
def arcsinh(v, x):
    return v / np.hypot(x, 1.0)  # a square would overflow


@diagonal(np.arcsinh, math.asinh, cmath.asinh, domain="real")
def complex_arcsinh(v, x):
    return v / np.sqrt(x * x + 1.0)


@diagonal(np.arccosh, math.acosh, cmath.acosh, domain="above one")
def arccosh(v, x):
    return v / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0))


@diagonal(np.arctanh, math.atanh, cmath.atanh, domain="unit")
def arctanh(v, x):
    return v / ((1.0 - x) * (1.0 + x))


@elementwise(np.sinc, domain="real")
def sinc(x):
    return sinc_derivative(x, 1)


@elementwise(sinc_derivative, wrt=("x",), cases=[case(A(3), 1), case(A(2, 3), 2), case(A(), 3)])
def sinc_slope(x, order):
    return sinc_derivative(x, order + 1)


# --------------------------------------------------------------------------------------- exponentials, logarithms
@elementwise(np.exp, math.exp, cmath.exp, domain="real")
def exp(x, *, result):
    return result


@elementwise(np.exp2, math.exp2, domain="real")
def exp2(x, *, result):
    return result * math.log(2.0)


@elementwise(np.expm1, math.expm1, domain="real")
def expm1(x):
    return np.exp(x)


@diagonal(np.log, math.log, cmath.log, domain="positive")
def log(v, x):
    return v / x


@diagonal(np.log2, math.log2, domain="positive")
def log2(v, x):
    return v / (x * math.log(2.0))


@diagonal(np.log10, math.log10, cmath.log10, domain="positive")
def log10(v, x):
    return v / (x * math.log(10.0))


@diagonal(np.log1p, math.log1p, domain="unit")
def log1p(v, x):
    return v / (1.0 + x)


@elementwise(np.logaddexp, domain=("real", "real"))
def logaddexp(x1, x2):
    return share(x1, x2), share(x2, x1)


@elementwise(np.logaddexp2, domain=("real", "real"))
def logaddexp2(x1, x2):
    u1, u2 = x1 * math.log(2.0), x2 * math.log(2.0)
    return share(u1, u2), share(u2, u1)


@elementwise(share, domain=("real", "real"))
def share_slope(x1, x2, *, result):
    slope = result * share(x2, x1)
    return slope, -slope


# ----------------------------------------------------------------------------------------------- roots, lengths
@elementwise(np.sqrt, math.sqrt, when=vanishes, domain="sum of squares")
def sqrt_of_squares(x, *, result):
    """A root of squares, or of what is cut off at 0, has a kink where it is 0, like `abs` and `norm`, and the slope 0."""
    return 0.5 / np.where(result == 0, np.inf, result)


@elementwise(np.sqrt, math.sqrt, cmath.sqrt, domain="positive")
def sqrt(x, *, result):
    return 0.5 / result


@diagonal(np.cbrt, math.cbrt, domain="nonzero")
def cbrt(v, x, *, result):
    return v / (3.0 * result * result)


@diagonal(np.hypot, math.hypot, domain=("nonzero", "nonzero"))
def hypot(v, x1, x2, *, result):
    length = np.where(result == 0, 1.0, result)
    return v * (x1 / length), v * (x2 / length)


@diagonal(np.copysign, math.copysign, domain=("nonzero", "nonzero"))
def copysign(v, x1, x2):
    return v * np.sign(x1) * np.copysign(1.0, x2), np.zeros_like(v)


# ------------------------------------------------------------------------------------------------ angles, identities
@elementwise(np.deg2rad, np.radians, math.radians, domain="real")
def radians(x):
    return np.pi / 180.0


@elementwise(np.rad2deg, np.degrees, math.degrees, domain="real")
def degrees(x):
    return 180.0 / np.pi


@diagonal(np.float32, np.float64, domain="real")
def converted(v, x):
    return v


@diagonal(np.heaviside, domain=("nonzero", "real"))
def heaviside(v, x1, x2):
    return np.zeros_like(v), np.where(x1 == 0, v, 0.0)


# ---------------------------------------------------------------------------------------------- special functions
@elementwise(math.erf, domain="real")
def erf(x):
    return 2.0 / math.sqrt(np.pi) * np.exp(-x * x)


@elementwise(math.erfc, domain="real")
def erfc(x):
    return -2.0 / math.sqrt(np.pi) * np.exp(-x * x)


@elementwise(math.gamma, domain="positive")
def gamma(x, *, result):
    return result * polygamma(0, x)


@elementwise(math.lgamma, domain="positive")
def lgamma(x):
    return polygamma(0, x)


@elementwise(np.i0, real_only=True, domain="real")
def i0(x):
    return modified_bessel(1, x)


@elementwise(modified_bessel, wrt=("x",), real_only=True, cases=[case(0, A(3)), case(1, A(2, 3)), case(2, A())])
def modified_bessel_slope(order, x):
    return 0.5 * (modified_bessel(order - 1, x) + modified_bessel(order + 1, x))


@elementwise(polygamma, wrt=("x",), real_only=True, cases=[case(0, A(3, domain="positive")), case(2, A(domain="positive"))])
def polygamma_slope(order, x):
    return polygamma(order + 1, x)
