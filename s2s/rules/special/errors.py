"""Derivative rules: error functions and their inverses.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import elementwise
from s2s.rules.when import is_real
from s2s_runtime.kernels import dawsn_slope, erfc_integral, wofz_slope


@elementwise(special.erf, domain="real")
def erf(x):
    return 2.0 / math.sqrt(np.pi) * np.exp(-x * x)


@elementwise(special.erfc, domain="real")
def erfc(x):
    return -2.0 / math.sqrt(np.pi) * np.exp(-x * x)


@elementwise(special.erfcx, when=is_real, domain="real")
def erfcx(x):
    """2 x erfcx(x) - 2 / sqrt(pi), without that difference, which is nothing but rounding for large x."""
    return -2.0 * erfc_integral(1, x)


@elementwise(special.erfcx, domain="complex")
def erfcx_of_complex(x, *, result):
    return 2.0 * x * result - 2.0 / math.sqrt(np.pi)


@elementwise(erfc_integral, wrt=("x",), real_only=True, cases=[case(0, A(3)), case(1, A(2, 3)), case(2, A())])
def erfc_integral_slope(order, x):
    return -2.0 * (order + 1) * erfc_integral(order + 1, x)


@elementwise(special.erfinv, domain="unit")
def erfinv(x, *, result):
    return 0.5 * math.sqrt(np.pi) * np.exp(result * result)


@elementwise(special.ndtr, domain="real")
def ndtr(x):
    return np.exp(-0.5 * x * x) / math.sqrt(2.0 * np.pi)


@elementwise(special.log_ndtr, domain="real")
def log_ndtr(x):
    return math.sqrt(2.0 / np.pi) / special.erfcx(-x / math.sqrt(2.0))


@elementwise(special.ndtri, domain="probability")
def ndtri(p, *, result):
    return math.sqrt(2.0 * np.pi) * np.exp(0.5 * result * result)


@elementwise(special.erfcinv, domain="from 0 to 2")
def erfcinv(y, *, result):
    return -0.5 * math.sqrt(np.pi) * np.exp(result * result)


@elementwise(special.erfi, domain="real")
def erfi(x):
    return 2.0 / math.sqrt(np.pi) * np.exp(x * x)


@elementwise(special.dawsn, when=is_real, domain="real")
def dawsn(x):
    """1 - 2 x D(x), without that difference, which is nothing but rounding for large x."""
    return dawsn_slope(1, x)


@elementwise(special.dawsn, domain="complex")
def dawsn_of_complex(x, *, result):
    return 1.0 - 2.0 * x * result


@elementwise(dawsn_slope, wrt=("x",), real_only=True, cases=[case(1, A(3)), case(2, A(2, 3)), case(3, A(domain="far"))])
def dawsn_slope_slope(order, x):
    return dawsn_slope(order + 1, x)


@elementwise(special.wofz, domain="complex")
def wofz(z):
    """The Faddeeva function: 2 i / sqrt(pi) - 2 z w(z), without that difference, which is small for large z."""
    return wofz_slope(1, z)
