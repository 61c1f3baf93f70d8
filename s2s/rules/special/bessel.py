"""Derivative rules: Bessel functions, of the order that is not differentiated.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, elementwise
from s2s.rules.when import is_real
from s2s_runtime.kernels import ive_slope, kve_slope


@elementwise(special.j0, domain="real")
def j0(x):
    return -special.j1(x)


@elementwise(special.j1, domain="real")
def j1(x):
    return 0.5 * (special.j0(x) - special.jv(2, x))


@elementwise(special.jv, wrt=("z",), cases=[case(0, A(3)), case(2, A(2, 3)), case(1.5, A(domain="positive"))])
def jv(v, z):
    return 0.5 * (special.jv(v - 1, z) - special.jv(v + 1, z))


@elementwise(special.i0, domain="real")
def i0(x):
    return special.i1(x)


@elementwise(special.i1, domain="real")
def i1(x):
    return 0.5 * (special.i0(x) + special.iv(2, x))


@elementwise(special.iv, wrt=("z",), cases=[case(0, A(3)), case(2, A(2, 3)), case(1.5, A(domain="positive"))])
def iv(v, z):
    return 0.5 * (special.iv(v - 1, z) + special.iv(v + 1, z))


POSITIVE = [case(0, A(3, domain="positive")), case(2, A(2, 3, domain="positive")), case(1.5, A(domain="positive"))]
WHOLE = [case(0, A(3, domain="positive")), case(2, A(2, 3, domain="positive"))]


# --------------------------------------------------------------------------------------------------- second kind
@elementwise(special.y0, domain="positive")
def y0(x):
    return -special.y1(x)


@elementwise(special.y1, domain="positive")
def y1(x, *, result):
    return special.y0(x) - result / x


@elementwise(special.yn, wrt=("x",), cases=WHOLE)
def yn(n, x):
    return 0.5 * (special.yv(n - 1, x) - special.yv(n + 1, x))


@elementwise(special.yv, wrt=("z",), cases=POSITIVE)
def yv(v, z):
    return 0.5 * (special.yv(v - 1, z) - special.yv(v + 1, z))


@elementwise(special.k0, domain="positive")
def k0(x):
    return -special.k1(x)


@elementwise(special.k1, domain="positive")
def k1(x, *, result):
    return -special.k0(x) - result / x


@elementwise(special.kn, wrt=("x",), cases=WHOLE)
def kn(n, x):
    return -0.5 * (special.kv(n - 1, x) + special.kv(n + 1, x))


@elementwise(special.kv, wrt=("z",), cases=POSITIVE)
def kv(v, z):
    return -0.5 * (special.kv(v - 1, z) + special.kv(v + 1, z))


# ---------------------------------------------------------------------------------------------------------- scaled
@elementwise(special.i0e, real_only=True, domain="real")
def i0e(x):
    """I1e - sign(x) I0e, without that difference, which is small for large x."""
    return ive_slope(1, 0, x)


@elementwise(special.i1e, real_only=True, domain="real")
def i1e(x):
    return ive_slope(1, 1, x)


ORDERS = [case(0, A(3)), case(2, A(2, 3)), case(1.5, A(domain="positive"))]


@elementwise(special.ive, real_only=True, wrt=("z",), cases=ORDERS)
def ive(v, z):
    return ive_slope(1, v, z)


@elementwise(special.k0e, real_only=True, domain="positive")
def k0e(x):
    return kve_slope(1, 0, x)


@elementwise(special.k1e, real_only=True, domain="positive")
def k1e(x):
    return kve_slope(1, 1, x)


def is_real_line(v, z):
    return is_real(z)


@elementwise(special.kve, wrt=("z",), when=is_real_line, cases=POSITIVE)
def kve(v, z):
    return kve_slope(1, v, z)


@elementwise(special.kve, wrt=("z",), cases=[case(2, A(3, domain="complex")), case(1.5, A(2, domain="complex"))])
def kve_of_complex(v, z, *, result):
    return result - 0.5 * (special.kve(v - 1, z) + special.kve(v + 1, z))


@elementwise(
    ive_slope, wrt=("z",), real_only=True, cases=[case(1, 0, A(3, domain="nonzero")), case(2, 1.5, A(2, domain="positive"))]
)
def ive_slope_slope(order, v, z):
    return ive_slope(order + 1, v, z)


@elementwise(kve_slope, wrt=("z",), real_only=True, cases=[case(1, 0, A(3, domain="positive")), case(2, 1.5, A(2, domain="far"))])
def kve_slope_slope(order, v, z):
    return kve_slope(order + 1, v, z)


# -------------------------------------------------------------------------------------------------- Hankel and Airy
@elementwise(special.hankel1, wrt=("z",), cases=POSITIVE)
def hankel1(v, z):
    return 0.5 * (special.hankel1(v - 1, z) - special.hankel1(v + 1, z))


@elementwise(special.hankel2, wrt=("z",), cases=POSITIVE)
def hankel2(v, z):
    return 0.5 * (special.hankel2(v - 1, z) - special.hankel2(v + 1, z))


def airy_jvp(z_dot, z, *, result):
    ai, ai_slope, bi, bi_slope = result
    return ai_slope * z_dot, z * ai * z_dot, bi_slope * z_dot, z * bi * z_dot


@custom(special.airy, jvp=airy_jvp, cases=[case(A(3)), case(A(2, 3)), case(A())])
def airy(g, z, *, result):
    """Ai, Ai', Bi, Bi', of which Ai'' = z Ai."""
    ai_bar, ai_slope_bar, bi_bar, bi_slope_bar = g
    ai, ai_slope, bi, bi_slope = result
    return ai_bar * ai_slope + ai_slope_bar * (z * ai) + bi_bar * bi_slope + bi_slope_bar * (z * bi)
