"""What functions of `scipy.special` mean.

In: `Scalar`s.  Out: `Scalar`s.  Where sympy knows a function, it keeps its expression; the others are computed in many digits, and
what is said of their derivatives is held against central differences there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from scipy import special

from s2s.verify.arrays import MEANINGS, each, symbols
from s2s.verify.elementary import BY_NAME, Meaning, absolute, exp, log, log_gamma, named, polygamma, sqrt
from s2s.verify.lifting import OTHERWISE
from s2s.verify.scalar import Scalar, applied, mp, remembered, scalar
from s2s_runtime import kernels

ROOT_TWO, PI = scalar(math.sqrt(2.0)), scalar(math.pi)


def erfc_integral(order: Any, x: Any) -> Any:
    """By the three-term recurrence, Abramowitz and Stegun 7.2.5."""
    before, value = 2 / sqrt(PI), exp(scalar(x) * x) * erfc(x)
    for n in range(1, int(order) + 1):
        before, value = value, (before - 2 * scalar(x) * value) / (2 * n)
    return value


@lru_cache
def digits(numeric: Callable[..., Any]) -> Meaning:
    """A function without an expression: at each point it is computed once."""
    return named(None, remembered(numeric))


def gamma(x: Any) -> Any:
    return applied(sp.gamma, mp.gamma, x)


def beta(a: Any, b: Any) -> Any:
    return gamma(a) * gamma(b) / gamma(scalar(a) + b)


def betaln(a: Any, b: Any) -> Any:
    return log_gamma(a) + log_gamma(b) - log_gamma(scalar(a) + b)


def binom(n: Any, k: Any) -> Any:
    return gamma(scalar(n) + 1) / gamma(scalar(k) + 1) / gamma(scalar(n) - k + 1)


def multigammaln(a: Any, d: Any) -> Any:
    d = int(scalar(d))
    total = scalar(d * (d - 1)) * log(PI) / 4
    return total + sum((log_gamma(scalar(a) - scalar(j) / 2) for j in range(d)), scalar(0))


def erf(x: Any) -> Any:
    return applied(sp.erf, mp.erf, x)


def erfc(x: Any) -> Any:
    return applied(sp.erfc, mp.erfc, x)


def erfi(x: Any) -> Any:
    return applied(sp.erfi, mp.erfi, x)


erfinv = named(sp.erfinv, mp.erfinv)


def ndtr(x: Any) -> Any:
    return erfc(-scalar(x) / ROOT_TWO) / 2


def solved(function: Callable[[Any], Any], near: float) -> Any:
    """The point near a machine number at which a function is 0."""
    around = (near * (1 - mp.mpf(10) ** -9), near * (1 + mp.mpf(10) ** -9))
    return mp.findroot(function, around, tol=mp.mpf(10) ** (20 - 2 * mp.dps))


def lower_gamma(a: Any, x: Any) -> Any:
    return mp.gammainc(a, 0, x, regularized=True)


def upper_gamma(a: Any, x: Any) -> Any:
    return mp.gammainc(a, x, mp.inf, regularized=True)


def lower_beta(a: Any, b: Any, x: Any) -> Any:
    return mp.betainc(a, b, 0, x, regularized=True)


def upper_beta(a: Any, b: Any, x: Any) -> Any:
    return mp.betainc(a, b, x, 1, regularized=True)


STEP = mp.mpf(10) ** -30


def slope(function: Callable[..., Any], *places: int) -> Callable[..., Any]:
    """The derivative by the arguments in these places, by central differences in twice as many digits: what rounding leaves of them is
    below the square of the step, after two divisions by it too."""

    def differences(places: tuple[int, ...], args: tuple[Any, ...]) -> Any:
        if not places:
            return function(*args)
        first, *rest = places
        up, down = (tuple(x + sign * STEP if k == first else x for k, x in enumerate(args)) for sign in (1, -1))
        return (differences(tuple(rest), up) - differences(tuple(rest), down)) / (2 * STEP)

    def derivative(*args: Any) -> Any:
        with mp.workdps(2 * mp.dps):
            return differences(places, args)

    return derivative


@lru_cache
def incomplete_slope(function: Callable[..., Any], *places: int) -> Meaning:
    """The derivative of an incomplete gamma or beta function, in digits."""
    return digits(slope(function, *places))


def gammainc_by_a(a: Any, x: Any, order: Any = 1) -> Any:
    return incomplete_slope(lower_gamma, *(0,) * int(order))(a, x)


def betainc_twice(a: Any, b: Any, x: Any, by: str) -> Any:
    return incomplete_slope(lower_beta, *("ab".index(letter) for letter in by))(a, b, x)


def student(df: Any, t: Any) -> Any:
    tail = lower_beta(df / 2, mp.mpf(1) / 2, df / (df + t * t)) / 2
    return 1 - tail if t > 0 else tail


def inverse(function: Callable[..., Any], guess: Callable[..., float]) -> Meaning:
    """The inverse in the last argument; the guess is the library's."""

    def numeric(*args: Any) -> Any:
        *fixed, y = args
        start = float(guess(*(float(arg) for arg in args)))
        return solved(lambda x: function(*fixed, x) - y, start)

    return digits(numeric)


def owens_t(h: Any, a: Any) -> Any:
    return mp.quad(lambda t: mp.exp(-h * h * (1 + t * t) / 2) / (1 + t * t), [0, a]) / (2 * mp.pi)


def expit(x: Any) -> Any:
    return scalar(1) / (exp(-scalar(x)) + 1)


def xlogy(x: Any, y: Any) -> Any:
    return scalar(0) if not scalar(x) else scalar(x) * log(y)


def huber(delta: Any, r: Any) -> Any:
    delta, r = scalar(delta), scalar(r)
    return r * r / 2 if absolute(r) <= delta else delta * (absolute(r) - delta / 2)


def boxcox(x: Any, lmbda: Any) -> Any:
    lmbda = scalar(lmbda)
    return log(x) if lmbda == 0 else (scalar(x) ** lmbda - 1) / lmbda


def scaled(function: Meaning, factor: Callable[[Scalar], Scalar]) -> Meaning:
    return lambda v, x: function(v, x) * factor(scalar(x))


def down(x: Scalar) -> Any:
    return exp(-absolute(x))


def of_order(function: Meaning, order: int) -> Meaning:
    return lambda x: function(order, x)


jv, yv = named(sp.besselj, mp.besselj), named(sp.bessely, mp.bessely)
iv, kv = named(sp.besseli, mp.besseli), named(sp.besselk, mp.besselk)


def hermitenorm(n: Any, x: Any) -> Any:
    """2^(-n / 2) H_n(x / sqrt(2))."""
    return applied(sp.hermite, lambda k, v: mp.hermite(int(k), v), n, scalar(x) / ROOT_TWO) / ROOT_TWO ** scalar(n)


def polynomial(symbolic: Any, numeric: Any) -> Meaning:
    """Of a degree below 0 it is 0."""
    meaning = named(symbolic, lambda n, *rest: numeric(int(n), *rest))
    return lambda n, *rest: scalar(0) if scalar(n) < 0 else meaning(n, *rest)


BY_SPECIAL_NAME: dict[str, Meaning] = {
    "gamma": gamma, "gammaln": log_gamma, "loggamma": log_gamma, "digamma": lambda x: polygamma(0, x), "polygamma": polygamma,
    "beta": beta, "betaln": betaln, "rgamma": lambda x: scalar(1) / gamma(x), "multigammaln": multigammaln, "binom": binom,
    "poch": lambda z, m: gamma(scalar(z) + m) / gamma(z), "zeta": lambda x, q=1: applied(sp.zeta, mp.zeta, x, q),
    "gammainc": digits(lower_gamma), "gammaincc": digits(upper_gamma), "gammaincinv": inverse(lower_gamma, special.gammaincinv),
    "gammainccinv": inverse(upper_gamma, special.gammainccinv), "betainc": digits(lower_beta), "betaincc": digits(upper_beta),
    "betaincinv": inverse(lower_beta, special.betaincinv), "betainccinv": inverse(upper_beta, special.betainccinv),
    "erf": erf, "erfc": erfc, "erfi": erfi, "erfinv": erfinv, "erfcinv": lambda y: erfinv(scalar(1) - y),
    "erfcx": lambda x: exp(scalar(x) * x) * erfc(x), "dawsn": lambda x: sqrt(PI) / 2 * exp(-scalar(x) * x) * erfi(x),
    "ndtr": ndtr, "log_ndtr": lambda x: log(ndtr(x)), "ndtri": lambda p: ROOT_TWO * erfinv(scalar(2) * p - 1),
    "wofz": digits(lambda z: mp.exp(-z * z) * mp.erfc(-1j * z)),
    "jv": jv, "yv": yv, "iv": iv, "kv": kv, "yn": yv, "kn": kv, "j0": of_order(jv, 0), "j1": of_order(jv, 1), "jn": jv,
    "y0": of_order(yv, 0), "y1": of_order(yv, 1), "i0": of_order(iv, 0), "i1": of_order(iv, 1), "k0": of_order(kv, 0),
    "k1": of_order(kv, 1), "ive": scaled(iv, down), "kve": scaled(kv, exp), "i0e": of_order(scaled(iv, down), 0),
    "i1e": of_order(scaled(iv, down), 1), "k0e": of_order(scaled(kv, exp), 0), "k1e": of_order(scaled(kv, exp), 1),
    "hankel1": digits(mp.hankel1), "hankel2": digits(mp.hankel2),
    "stdtr": digits(student), "stdtrit": inverse(student, special.stdtrit),
    "chdtr": digits(lambda v, x: lower_gamma(v / 2, x / 2)), "chdtrc": digits(lambda v, x: upper_gamma(v / 2, x / 2)),
    "pdtr": digits(lambda k, m: upper_gamma(mp.floor(k) + 1, m)), "pdtrc": digits(lambda k, m: lower_gamma(mp.floor(k) + 1, m)),
    "owens_t": digits(owens_t),
    "expit": expit, "logit": lambda x: log(scalar(x) / (1 - scalar(x))), "log_expit": lambda x: log(expit(x)),
    "xlogy": xlogy, "xlog1py": lambda x, y: xlogy(x, scalar(y) + 1), "entr": lambda x: -xlogy(x, x), "huber": huber,
    "rel_entr": lambda x, y: xlogy(x, scalar(x) / y), "kl_div": lambda x, y: xlogy(x, scalar(x) / y) - x + y,
    "pseudo_huber": lambda d, r: scalar(d) * d * (sqrt(scalar(1) + (scalar(r) / d) ** scalar(2)) - 1),
    "exprel": lambda x: (exp(x) - 1) / x, "boxcox": boxcox, "boxcox1p": lambda x, lmbda: boxcox(scalar(x) + 1, lmbda),
    "cosm1": lambda x: BY_NAME["cos"](x) - 1, "exp2": BY_NAME["exp2"], "exp10": lambda x: exp(scalar(x) * scalar(math.log(10.0))),
    "expm1": BY_NAME["expm1"], "log1p": BY_NAME["log1p"], "comb": lambda n, k, **options: binom(n, k),
    "cbrt": BY_NAME["cbrt"], "sinc": BY_NAME["sinc"],
    "lambertw": lambda z, k=0, tol=1e-8: applied(None, lambda v: mp.mpc(mp.lambertw(v, int(k))), z),
    "wrightomega": digits(lambda z: mp.lambertw(mp.exp(z))),
    "expi": named(sp.Ei, mp.ei), "exp1": digits(mp.e1), "expn": digits(lambda n, x: mp.expint(n, x)),
    "spence": digits(lambda x: mp.re(mp.polylog(2, 1 - x))),
    "ellipk": named(sp.elliptic_k, mp.ellipk), "ellipkm1": lambda p: applied(sp.elliptic_k, mp.ellipk, scalar(1) - p),
    "ellipe": named(sp.elliptic_e, mp.ellipe), "ellipkinc": named(sp.elliptic_f, mp.ellipf), "ellipeinc": named(sp.elliptic_e, mp.ellipe),
    "hyp0f1": digits(mp.hyp0f1), "hyp1f1": digits(mp.hyp1f1), "hyp2f1": digits(mp.hyp2f1), "hyperu": digits(mp.hyperu),
    "eval_chebyt": polynomial(sp.chebyshevt, mp.chebyt), "eval_chebyu": polynomial(sp.chebyshevu, mp.chebyu),
    "eval_legendre": polynomial(sp.legendre, mp.legendre), "eval_hermite": polynomial(sp.hermite, mp.hermite),
    "eval_laguerre": polynomial(sp.laguerre, lambda n, x: mp.laguerre(n, 0, x)), "eval_hermitenorm": hermitenorm,
    "eval_genlaguerre": polynomial(sp.assoc_laguerre, mp.laguerre),
    "eval_gegenbauer": polynomial(sp.gegenbauer, mp.gegenbauer), "eval_jacobi": polynomial(sp.jacobi, mp.jacobi),
}  # fmt: skip


# ------------------------------------------------------------------------------------------- several results, over axes
def several(*functions: Callable[..., Any]) -> Callable[..., Any]:
    """A function with more than one result."""
    return lambda *args: tuple(each(function, *args) for function in functions)


TUPLES: dict[str, Callable[..., Any]] = {
    "airy": several(
        named(sp.airyai, mp.airyai), named(sp.airyaiprime, lambda x: mp.airyai(x, derivative=1)),
        named(sp.airybi, mp.airybi), named(sp.airybiprime, lambda x: mp.airybi(x, derivative=1))),
    "sici": several(named(sp.Si, mp.si), named(sp.Ci, mp.ci)), "shichi": several(named(sp.Shi, mp.shi), named(sp.Chi, mp.chi)),
    "fresnel": several(named(sp.fresnels, mp.fresnels), named(sp.fresnelc, mp.fresnelc)),
    "ellipj": several(*(digits(lambda u, m, kind=kind: mp.ellipfun(kind, u, m=m)) for kind in ("sn", "cn", "dn")),
                      digits(lambda u, m: mp.atan2(mp.ellipfun("sn", u, m=m), mp.ellipfun("cn", u, m=m)))),
}  # fmt: skip


def spherical(bessel: Callable[..., Any], sign: int) -> Callable[..., Any]:
    """A spherical Bessel function by that of half an order; its slope by the function of the order before."""

    def function(n: int, z: Any, derivative: bool = False) -> Any:
        return each(digits(lambda x: slope_at(n, x) if derivative else at(n, x)), z)

    def at(n: int, x: Any) -> Any:
        return mp.sqrt(mp.pi / (2 * x)) * bessel(n + mp.mpf(1) / 2, x)

    def slope_at(n: int, x: Any) -> Any:
        return sign * at(n - 1, x) - (n + 1) / x * at(n, x)

    return function


def factorial(n: Any, exact: bool = False, extend: str = "zero") -> Any:
    return each(lambda x: gamma(scalar(x) + 1) if scalar(x).value >= 0 else scalar(0), n)


def softmax(x: Any, axis: Any = None) -> Any:
    powers = each(exp, x)
    return powers / np.sum(powers, axis=axis, keepdims=True)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    powers = each(exp, a) if b is None else each(exp, a) * b
    total = np.sum(powers, axis=axis, keepdims=keepdims)
    if not return_sign:
        return each(log, total)
    return each(lambda x: log(absolute(x)), total), each(BY_NAME["sign"], total)


def log_softmax(x: Any, axis: Any = None) -> Any:
    return symbols(each(log, softmax(x, axis)))


MEANINGS.update({getattr(special, name): meaning for name, meaning in BY_SPECIAL_NAME.items()})
MEANINGS.update({
    np.i0: of_order(iv, 0), kernels.modified_bessel: iv, kernels.gammainc_by_a: gammainc_by_a, kernels.betainc_twice: betainc_twice,
    kernels.erfc_integral: erfc_integral,
    kernels.betainc_by_a: digits(slope(lower_beta, 0)), kernels.betainc_by_b: digits(slope(lower_beta, 1)),
    kernels.betainc_by_a: incomplete_slope(lower_beta, 0), kernels.betainc_by_b: incomplete_slope(lower_beta, 1),
})  # fmt: skip
OTHERWISE.update({getattr(special, name): meaning for name, meaning in TUPLES.items()})
OTHERWISE.update({
    special.spherical_jn: spherical(mp.besselj, 1), special.spherical_yn: spherical(mp.bessely, 1), special.factorial: factorial,
    special.spherical_in: spherical(mp.besseli, 1), special.spherical_kn: spherical(mp.besselk, -1),
})  # fmt: skip
OTHERWISE.update({special.softmax: softmax, special.logsumexp: logsumexp, special.log_softmax: log_softmax})
