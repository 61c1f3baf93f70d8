"""Derivative rules: integrals of elementary functions, elliptic integrals.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, elementwise


@elementwise(special.expi, domain="nonzero")
def expi(x):
    return np.exp(x) / x


@elementwise(special.exp1, domain="positive")
def exp1(z):
    return -np.exp(-z) / z


@elementwise(
    special.expn,
    wrt=("x",),
    cases=[case(0, A(3, domain="positive")), case(1, A(domain="positive")), case(3, A(2, 3, domain="positive"))],
)
def expn(n, x, *, result):
    """E_n' = -E_(n - 1), and E_0 is exp(-x) / x."""
    return np.where(n == 0, -result * (1.0 + 1.0 / x), -special.expn(np.maximum(n - 1, 0), x))


@elementwise(special.spence, real_only=True, domain="positive")
def spence(z):
    """The integral of log t / (1 - t) from 1 to z, with t - 1 = log t exprel(log t)."""
    return -1.0 / special.exprel(np.log(z))


def sici_jvp(x_dot, x):
    return np.sinc(x / np.pi) * x_dot, np.cos(x) / x * x_dot


@custom(special.sici, jvp=sici_jvp, cases=[case(A(3, domain="positive")), case(A(domain="positive"))])
def sici(g, x):
    """Si and Ci.  At 0, where Ci has none, Si has a slope."""
    slope_bar, log_bar = g
    unread = (x == 0) & (log_bar == 0)
    return slope_bar * np.sinc(x / np.pi) + log_bar * np.cos(x) / np.where(unread, 1.0, x)


def shichi_jvp(x_dot, x):
    return 0.5 * (special.exprel(x) + special.exprel(-x)) * x_dot, np.cosh(x) / x * x_dot


@custom(
    special.shichi, real_only=True, jvp=shichi_jvp, cases=[case(A(3, domain="positive")), case(A(domain="positive"))]
)
def shichi(g, x):
    """Shi and Chi; sinh(x) / x is the mean of exprel(x) and exprel(-x)."""
    slope_bar, log_bar = g
    unread = (x == 0) & (log_bar == 0)
    return slope_bar * (0.5 * (special.exprel(x) + special.exprel(-x))) + log_bar * np.cosh(x) / np.where(
        unread, 1.0, x
    )


def fresnel_jvp(z_dot, z):
    phase = 0.5 * np.pi * z * z
    return np.sin(phase) * z_dot, np.cos(phase) * z_dot


@custom(special.fresnel, jvp=fresnel_jvp, cases=[case(A(3)), case(A(2, 3)), case(A())])
def fresnel(g, z):
    phase = 0.5 * np.pi * z * z
    return g[0] * np.sin(phase) + g[1] * np.cos(phase)


# ------------------------------------------------------------------------------------------------------- elliptic
@elementwise(special.ellipk, domain="probability")
def ellipk(m):
    """K is pi / 2 times the hypergeometric function of 1/2, 1/2; 1 (DLMF 19.5.1), which has a slope at 0, too."""
    return np.pi / 8 * special.hyp2f1(1.5, 1.5, 2.0, m)


@elementwise(special.ellipkm1, domain="probability")
def ellipkm1(p):
    """K at m = 1 - p; a transformation of the hypergeometric function keeps what p is precise to (DLMF 15.8.1)."""
    return -np.pi / 8 / p * special.hyp2f1(0.5, 0.5, 2.0, 1.0 - p)


@elementwise(special.ellipe, domain="probability")
def ellipe(m):
    """E is pi / 2 times the hypergeometric function of -1/2, 1/2; 1 (DLMF 19.5.2)."""
    return -np.pi / 8 * special.hyp2f1(0.5, 1.5, 2.0, m)


@elementwise(special.ellipkinc, wrt=("phi",), cases=[case(A(3), 0.4), case(A(2, 3), 0.2), case(A(), 0.7)])
def ellipkinc(phi, m):
    sine = np.sin(phi)
    return 1.0 / np.sqrt(1.0 - m * sine * sine)


@elementwise(special.ellipeinc, wrt=("phi",), cases=[case(A(3), 0.4), case(A(2, 3), 0.2), case(A(), 0.7)])
def ellipeinc(phi, m):
    sine = np.sin(phi)
    return np.sqrt(1.0 - m * sine * sine)


# ------------------------------------------------------------------------------------------------- hypergeometric
@elementwise(special.hyp0f1, wrt=("z",), cases=[case(1.5, A(3)), case(2.0, A(2, 3)), case(2.0, A())])
def hyp0f1(v, z):
    return special.hyp0f1(v + 1.0, z) / v


@elementwise(special.hyp1f1, wrt=("x",), cases=[case(1.5, 2.5, A(3)), case(1.0, 2.0, A(2, 3)), case(2.0, 3.0, A())])
def hyp1f1(a, b, x):
    return a / b * special.hyp1f1(a + 1.0, b + 1.0, x)


@elementwise(
    special.hyp2f1, wrt=("z",), cases=[case(1.5, 0.5, 2.5, A(3, domain="unit")), case(1.0, 2.0, 3.0, A(domain="unit"))]
)
def hyp2f1(a, b, c, z):
    return a * b / c * special.hyp2f1(a + 1.0, b + 1.0, c + 1.0, z)


@elementwise(
    special.hyperu, wrt=("x",), cases=[case(1.5, 2.5, A(3, domain="positive")), case(1.0, 0.5, A(domain="positive"))]
)
def hyperu(a, b, x):
    return -a * special.hyperu(a + 1.0, b + 1.0, x)
