"""Derivative rules: the Hessenberg form of a matrix.  Imported only when a program uses it.

In: `scipy.linalg.hessenberg`.  Out: its rules in `RULES`.  Where an entry of the subdiagonal is 0 there is no derivative: the form is not
continuous.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import hessenberg_turn, hessenberg_turn_adjoint


def with_factor(a, calc_q, overwrite_a, check_finite):
    return bool(calc_q.const) and calc_q.const[0] is True and is_one_of(overwrite_a, False)


def alone(a, calc_q, overwrite_a, check_finite):
    return is_one_of(calc_q, False) and is_one_of(overwrite_a, False)


def moved(a_dot, h, q):
    """How the form moves, and how the factor turns."""
    m = np.transpose(q) @ a_dot @ q
    turn = hessenberg_turn(m, h)
    return np.triu(m + h @ turn - turn @ h, -1), turn


def pulled(h_bar, turn_bar, h, q):
    """What the matrix gets of the cotangents of the form and of a turn."""
    seed = np.triu(h_bar, -1)
    through = hessenberg_turn_adjoint(np.transpose(h) @ seed - seed @ np.transpose(h) + turn_bar, h)
    return q @ (seed + through) @ np.transpose(q)


def hessenberg_with_factor_jvp(a_dot, a, calc_q=False, overwrite_a=False, check_finite=True, *, result):
    h_dot, turn = moved(a_dot, result[0], result[1])
    return h_dot, result[1] @ turn


@custom(
    linalg.hessenberg,
    jvp=hessenberg_with_factor_jvp,
    real_only=True,
    when=with_factor,
    cases=[case(A(3, 3), True), case(A(4, 4), calc_q=True), case(A(2, 2), True), case(A(1, 1), True)],
)
def hessenberg_with_factor(g, a, calc_q=False, overwrite_a=False, check_finite=True, *, result):
    return pulled(g[0], np.transpose(result[1]) @ g[1], result[0], result[1])


def hessenberg_jvp(a_dot, a, calc_q=False, overwrite_a=False, check_finite=True, *, result):
    return moved(a_dot, result, linalg.hessenberg(a, True)[1])[0]


@custom(
    linalg.hessenberg,
    jvp=hessenberg_jvp,
    real_only=True,
    when=alone,
    cases=[case(A(3, 3)), case(A(4, 4), False)],
)
def hessenberg(g, a, calc_q=False, overwrite_a=False, check_finite=True, *, result):
    return pulled(g, np.zeros_like(g), result, linalg.hessenberg(a, True)[1])


# ----------------------------------------------------------------------------------------------------------- kernels
FORMS = [case(A(3, 3), A(3, 3, domain="positive")), case(A(4, 4), A(4, 4, domain="positive")), case(A(2, 2), A(2, 2))]


def turn_jvp(m_dot, h_dot, m, h, *, result):
    moved = np.triu(h_dot, -1)
    return hessenberg_turn(m_dot, h), hessenberg_turn(moved @ result - result @ moved, h)


@custom(hessenberg_turn, jvp=turn_jvp, real_only=True, cases=FORMS)
def turn(g, m, h, *, result):
    """By H that of M - W H + H W at a given W."""
    through = hessenberg_turn_adjoint(g, h)
    return through, np.triu(through @ np.transpose(result) - np.transpose(result) @ through, -1)


def turn_adjoint_jvp(g_dot, h_dot, g, h, *, result):
    moved = np.transpose(np.triu(h_dot, -1))
    return hessenberg_turn_adjoint(g_dot, h), hessenberg_turn_adjoint(moved @ result - result @ moved, h)


@custom(hessenberg_turn_adjoint, jvp=turn_adjoint_jvp, real_only=True, cases=FORMS)
def turn_adjoint(v, g, h, *, result):
    through = hessenberg_turn(v, h)
    return through, np.triu(result @ np.transpose(through) - np.transpose(through) @ result, -1)
