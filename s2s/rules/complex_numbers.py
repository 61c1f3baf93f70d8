"""Derivative rules: parts, modulus, direction, angle and conjugate of complex numbers, which have no complex derivative.

In: functions of complex numbers that are not analytic.  Out: their rules in `RULES`.  The cotangent g of a value z is such that
the result moves by the real part of g dz.  So the partial p of a real result says that it moves by the real part of p dz: the
framework takes real parts, and what is said here of complex numbers says the same of real ones.
"""

from __future__ import annotations

import builtins
import cmath
import math
import operator

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, diagonal, elementwise, linear
from s2s.rules.when import is_real
from s2s_runtime.kernels import direction

PARTS = [case(A()), case(A(2, 3)), case(A(3, domain="complex"))]


@linear(np.real, cases=PARTS)
def real(g, x):
    return g


@diagonal(np.imag, when=is_real, domain="real")
def imag_of_real(v, x):
    return np.zeros_like(v)


@linear(np.imag, cases=PARTS)
def imag(g, x):
    return -1j * g


@diagonal(np.conj, cases=PARTS)
def conj(v, x):
    return np.conj(v)


NONZERO = [
    case(A(domain="nonzero")),
    case(A(1, domain="nonzero")),
    case(A(2, 3, domain="nonzero")),
    case(A(0)),
    case(A(3, domain="complex")),
]


@elementwise(np.absolute, operator.abs, builtins.abs, cases=NONZERO)
def absolute(x):
    return np.conj(direction(x))


@elementwise(np.fabs, math.fabs, domain="nonzero")
def fabs(x):
    return np.sign(x)


def direction_jvp(x_dot, x, *, result):
    """Only what is across moves a direction; at 0 there is none."""
    return 1j * result * np.imag(np.conj(result) * x_dot) / np.where(x == 0, 1.0, np.abs(x))


@custom(direction, jvp=direction_jvp, cases=NONZERO)
def direction_adjoint(g, x, *, result):
    return 1j * np.conj(result) * np.imag(g * result) / np.where(x == 0, 1.0, np.abs(x))


@elementwise(
    np.angle,
    wrt=("z",),
    cases=[*NONZERO, case(A(2, 3, domain="nonzero"), deg=True), case(A(2, domain="complex"), True)],
)
def angle(z, deg=False):
    """At 0, where it has no direction, the angle is 0 and stays so."""
    turn = np.where(z == 0, 0.0, -1j / np.where(z == 0, 1.0, z))
    return turn * (180.0 / np.pi) if deg else turn


@elementwise(cmath.phase, cases=[case(A(domain="nonzero")), case(A(domain="complex"))])
def phase(z):
    return np.where(z == 0, 0.0, -1j / np.where(z == 0, 1.0, z))


@linear(complex, wrt=("real", "imag"), cases=[case(A()), case(A(), A())])
def complex_number(g, real, imag=0.0):
    return g, 1j * g
