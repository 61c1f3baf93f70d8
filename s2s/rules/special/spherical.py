"""Derivative rules: spherical Bessel functions and harmonics, Jacobi's elliptic functions.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, elementwise
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import sd_integral

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


# ------------------------------------------------------------------------------------------------------- elliptic
def ellipj_jvp(u_dot, m_dot, u, m, *, result):
    sn, cn, dn, _ = result
    turn = -0.5 * dn * sd_integral(1, u, m) * m_dot
    by_m = cn * turn, -sn * turn, -sn * (0.5 * sn * m_dot + m * cn * turn) / dn, turn
    return (cn * dn * u_dot, -sn * dn * u_dot, -m * sn * cn * u_dot, dn * u_dot), by_m


@custom(
    special.ellipj,
    jvp=ellipj_jvp,
    wrt=("u", "m"),
    several=True,
    real_only=True,
    cases=[
        case(A(3), 0.4), case(A(2, 2, domain="unit"), 0.9), case(A(), 0.0), case(A(3), A(3, domain="probability")),
        case(A(2, 1), A(2, domain="probability")), case(1.3, A(domain="probability")),
    ],
)  # fmt: skip
def ellipj(g, u, m, *, result):
    """The amplitude moves with m by -dn / 2 times the integral of (sn / dn)^2; sn and cn are its sine and cosine, dn^2 = 1 - m sn^2."""
    sn, cn, dn, _ = result
    turned = g[0] * cn - g[1] * sn - g[2] * m * sn * cn / dn + g[3]
    return turned * dn, -0.5 * (turned * dn * sd_integral(1, u, m) + g[2] * sn * sn / dn)


@elementwise(
    sd_integral,
    wrt=("u", "m"),
    real_only=True,
    cases=[case(1, A(3), A(3, domain="probability")), case(2, A(2, 1), A(2, domain="probability"))],
)
def sd_integral_slope(k, u, m):
    """By m at a fixed amplitude that of k + 1, times k + 1/2."""
    sn, _, dn, _ = special.ellipj(u, m)
    power = (sn / dn) ** (2 * k)
    return power, (k + 0.5) * sd_integral(k + 1, u, m) - 0.5 * power * sd_integral(1, u, m)


# ------------------------------------------------------------------------------------------------------ on the sphere
@elementwise(
    special.sph_harm_y,
    wrt=("theta", "phi"),
    real_only=True,
    cases=[
        case(2, 1, A(3), A(3)), case(3, -2, A(2, 1), A(2)), case(1, 0, A(), 0.3), case(2, -2, A(2), A()),
        case(np.array([0, 1, 2]), np.array([0, -1, 2]), A(3), A(3)),
    ],
)  # fmt: skip
def sph_harm_y(n, m, theta, phi, *, result):
    """By theta half the difference of the functions of neighbouring m, also at the poles (DLMF 14.10, 14.30.1); of m beyond n
    they are 0.  Beyond the poles SciPy reads the absolute value of the sine."""
    up = np.sqrt(np.maximum((n - m) * (n + m + 1.0), 0.0)) * np.exp(-1j * phi) * special.sph_harm_y(n, m + 1, theta, phi)
    down = np.sqrt(np.maximum((n + m) * (n - m + 1.0), 0.0)) * np.exp(1j * phi) * special.sph_harm_y(n, m - 1, theta, phi)
    return np.where(np.sin(theta) < 0.0, -0.5, 0.5) * (up - down), 1j * m * result
