"""Derivative rules: Riccati's equations of `scipy.linalg`.  Imported only when a program uses it.

In: solve_continuous_are, solve_discrete_are.  Out: their rules in `RULES`.  What a solution moves by solves Lyapunov's equation of the
closed loop, a - b k, where k is the gain (Kao and Hennequin 2020).  SciPy takes symmetric q and r only, so only the symmetric parts of
what they move by are read: forwards, too, and their gradients are symmetric.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.when import ranks

WEIGHTS = np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([[1.5]])
CASES = [
    case(A(2, 2), A(2, 1, domain="positive"), *WEIGHTS),
    case(A(2, 2), A(2, 2, domain="positive"), WEIGHTS[0], np.array([[1.5, 0.4], [0.4, 1.0]])),
    case(A(1, 1), A(1, 1, domain="positive"), np.eye(1), np.eye(1)),
]


def gain(b, r, x):
    return linalg.solve(r, np.transpose(b) @ x)


def continuous_jvp(a_dot, b_dot, q_dot, r_dot, a, b, q, r, *, result):
    k = gain(b, r, result)
    closed = np.transpose(a - b @ k)
    by_a, by_b = result @ a_dot, result @ b_dot @ k
    by_q, by_r = 0.5 * q_dot, 0.5 * np.transpose(k) @ r_dot @ k
    return (
        -linalg.solve_continuous_lyapunov(closed, by_a + np.transpose(by_a)),
        linalg.solve_continuous_lyapunov(closed, by_b + np.transpose(by_b)),
        -linalg.solve_continuous_lyapunov(closed, by_q + np.transpose(by_q)),
        -linalg.solve_continuous_lyapunov(closed, by_r + np.transpose(by_r)),
    )


@custom(linalg.solve_continuous_are, jvp=continuous_jvp, real_only=True, when=ranks(2, 2, 2, 2), cases=CASES)
def solve_continuous_are(g, a, b, q, r, *, result):
    """a^T X + X a - X b r^-1 b^T X + q = 0."""
    k = gain(b, r, result)
    moved = linalg.solve_continuous_lyapunov(a - b @ k, g)
    both = moved + np.transpose(moved)
    turned = both @ np.transpose(k)
    return -result @ both, result @ turned, -0.5 * both, -0.5 * k @ turned


def discrete_gain(a, b, r, x):
    return linalg.solve(r + np.transpose(b) @ x @ b, np.transpose(b) @ x @ a)


def discrete_jvp(a_dot, b_dot, q_dot, r_dot, a, b, q, r, *, result):
    k = discrete_gain(a, b, r, result)
    closed = np.transpose(a - b @ k)
    by_a, by_b = closed @ result @ a_dot, closed @ result @ b_dot @ k
    by_q, by_r = 0.5 * q_dot, 0.5 * np.transpose(k) @ r_dot @ k
    return (
        linalg.solve_discrete_lyapunov(closed, by_a + np.transpose(by_a)),
        -linalg.solve_discrete_lyapunov(closed, by_b + np.transpose(by_b)),
        linalg.solve_discrete_lyapunov(closed, by_q + np.transpose(by_q)),
        linalg.solve_discrete_lyapunov(closed, by_r + np.transpose(by_r)),
    )


@custom(linalg.solve_discrete_are, jvp=discrete_jvp, real_only=True, when=ranks(2, 2, 2, 2), cases=CASES)
def solve_discrete_are(g, a, b, q, r, *, result):
    """X = a^T X a - a^T X b (r + b^T X b)^-1 b^T X a + q."""
    k = discrete_gain(a, b, r, result)
    closed = a - b @ k
    moved = linalg.solve_discrete_lyapunov(closed, g)
    both = moved + np.transpose(moved)
    turned = both @ np.transpose(k)
    return result @ closed @ both, -(result @ closed @ turned), 0.5 * both, 0.5 * k @ turned
