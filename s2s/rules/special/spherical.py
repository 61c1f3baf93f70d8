"""Derivative rules: spherical Bessel functions, and Jacobi's elliptic functions by their argument.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, elementwise
from s2s.rules.when import is_one_of

CALLS = [case(0, A(3, domain="positive")), case(2, A(2, 2, domain="positive"))]
SLOPES = [case(0, A(3, domain="positive"), True), case(3, A(2, domain="above one"), derivative=True)]


def is_value(n, z, derivative):
    return is_one_of(derivative, False)


def is_slope(n, z, derivative):
    return bool(derivative.const) and derivative.const[0] is True


@elementwise(special.spherical_jn, wrt=("z",), when=is_value, cases=CALLS)
def spherical_jn(n, z, derivative=False):
    return special.spherical_jn(n, z, True)


@elementwise(special.spherical_jn, wrt=("z",), when=is_slope, cases=SLOPES)
def spherical_jn_slope(n, z, derivative=False, *, result):
    """z^2 f'' + 2 z f' + (z^2 - n (n + 1)) f = 0."""
    return (n * (n + 1) / (z * z) - 1.0) * special.spherical_jn(n, z) - 2.0 * result / z


@elementwise(special.spherical_yn, wrt=("z",), when=is_value, cases=CALLS)
def spherical_yn(n, z, derivative=False):
    return special.spherical_yn(n, z, True)


@elementwise(special.spherical_yn, wrt=("z",), when=is_slope, cases=SLOPES)
def spherical_yn_slope(n, z, derivative=False, *, result):
    return (n * (n + 1) / (z * z) - 1.0) * special.spherical_yn(n, z) - 2.0 * result / z


@elementwise(special.spherical_in, wrt=("z",), when=is_value, cases=CALLS)
def spherical_in(n, z, derivative=False):
    return special.spherical_in(n, z, True)


@elementwise(special.spherical_in, wrt=("z",), when=is_slope, cases=SLOPES)
def spherical_in_slope(n, z, derivative=False, *, result):
    """z^2 f'' + 2 z f' - (z^2 + n (n + 1)) f = 0."""
    return (n * (n + 1) / (z * z) + 1.0) * special.spherical_in(n, z) - 2.0 * result / z


@elementwise(special.spherical_kn, wrt=("z",), when=is_value, cases=CALLS)
def spherical_kn(n, z, derivative=False):
    return special.spherical_kn(n, z, True)


@elementwise(special.spherical_kn, wrt=("z",), when=is_slope, cases=SLOPES)
def spherical_kn_slope(n, z, derivative=False, *, result):
    return (n * (n + 1) / (z * z) + 1.0) * special.spherical_kn(n, z) - 2.0 * result / z


def ellipj_jvp(u_dot, u, m, *, result):
    sn, cn, dn, _ = result
    return cn * dn * u_dot, -sn * dn * u_dot, -m * sn * cn * u_dot, dn * u_dot


@custom(
    special.ellipj,
    jvp=ellipj_jvp,
    wrt=("u",),
    real_only=True,
    cases=[case(A(3), 0.4), case(A(2, 2, domain="unit"), 0.9), case(A(), 0.0)],
)
def ellipj(g, u, m, *, result):
    """By the parameter m there is none."""
    sn, cn, dn, _ = result
    return g[0] * cn * dn - g[1] * sn * dn - g[2] * m * sn * cn + g[3] * dn
