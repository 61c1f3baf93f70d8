"""Derivative rules: orthogonal polynomials, by their argument.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from s2s.rules.cases import A, Case, case
from s2s.rules.declare import elementwise


def of_degrees(*parameters: float, domain: str = "unit") -> list[Case]:
    """Calls for some degrees, with these parameters in front of the argument."""
    return [case(n, *parameters, A(*shape, domain=domain)) for n, shape in ((0, (3,)), (1, (2, 3)), (2, ()), (5, (3,)))]


@elementwise(special.eval_chebyt, wrt=("x",), cases=of_degrees())
def chebyt(n, x):
    return n * special.eval_chebyu(n - 1, x)


@elementwise(special.eval_chebyu, wrt=("x",), cases=of_degrees())
def chebyu(n, x):
    """U_n is the Gegenbauer polynomial of parameter 1."""
    return 2.0 * special.eval_gegenbauer(n - 1, 2.0, x)


@elementwise(special.eval_gegenbauer, wrt=("x",), cases=of_degrees(1.5))
def gegenbauer(n, alpha, x):
    return 2.0 * alpha * special.eval_gegenbauer(n - 1, alpha + 1.0, x)


@elementwise(special.eval_jacobi, wrt=("x",), cases=of_degrees(0.5, 1.5))
def jacobi(n, alpha, beta, x):
    return 0.5 * (n + alpha + beta + 1.0) * special.eval_jacobi(n - 1, alpha + 1.0, beta + 1.0, x)


@elementwise(special.eval_legendre, wrt=("x",), cases=of_degrees())
def legendre(n, x):
    return 0.5 * (n + 1.0) * special.eval_jacobi(n - 1, 1.0, 1.0, x)


@elementwise(special.eval_laguerre, wrt=("x",), cases=of_degrees(domain="real"))
def laguerre(n, x):
    return -special.eval_genlaguerre(n - 1, 1.0, x)


@elementwise(special.eval_genlaguerre, wrt=("x",), cases=of_degrees(0.5, domain="real"))
def genlaguerre(n, alpha, x):
    return -special.eval_genlaguerre(n - 1, alpha + 1.0, x)


@elementwise(special.eval_hermite, wrt=("x",), cases=of_degrees(domain="real"))
def hermite(n, x):
    return 2.0 * n * special.eval_hermite(np.maximum(n - 1, 0), x)


@elementwise(special.eval_hermitenorm, wrt=("x",), cases=of_degrees(domain="real"))
def hermitenorm(n, x):
    return n * special.eval_hermitenorm(np.maximum(n - 1, 0), x)
