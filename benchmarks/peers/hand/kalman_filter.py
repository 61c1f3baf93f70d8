"""Three states and two observations, as the program's arguments are; every small matrix is a tuple.

With A = H P^T and B = H P of the predicted P: S = H A^T + R, the gain is K = A^T S^-1, the new P is P - K B.
"""

import numpy as np

from peers.hand._compiled import fast
from peers.hand._small import (
    m22_by_22,
    m22_by_23,
    m23,
    m23_by_33,
    m23_by_turned_23,
    m33,
    m33_by_33,
    minus,
    outer_23,
    outer_33,
    plus_3,
    plus_4,
    plus_6,
    plus_9,
    row_by_23,
    row_by_33,
    turned_22,
    turned_23_by_23,
    turned_33,
)

ZERO_3, ZERO_4, ZERO_6, ZERO_9 = (0.0,) * 3, (0.0,) * 4, (0.0,) * 6, (0.0,) * 9


@fast
def value_and_grad(z, F, H, Q, R, x0, P0):
    T = len(z)
    states, covariances, predicted, inverses, away = (
        np.empty((T, 3)), np.empty((T, 9)), np.empty((T, 9)), np.empty((T, 4)), np.empty((T, 2))
    )  # fmt: skip
    F_, H_, Q_ = m33(F), m23(H), m33(Q)
    F_turned = turned_33(F_)
    determinants = np.empty(T)
    x, P = (x0[0], x0[1], x0[2]), m33(P0)
    squares = traces = distances = 0.0
    for t in range(T):
        states[t, 0], states[t, 1], states[t, 2] = x
        for k in range(9):
            covariances[t, k] = P[k]
        x = row_by_33(x[0], x[1], x[2], F_turned)
        P = plus_9(m33_by_33(m33_by_33(F_, P), F_turned), Q_)
        A, B = m23_by_33(H_, turned_33(P)), m23_by_33(H_, P)
        S = plus_4(m23_by_turned_23(H_, A), (R[0, 0], R[0, 1], R[1, 0], R[1, 1]))
        determinant = S[0] * S[3] - S[1] * S[2]
        one = 1.0 / determinant
        inverse = (S[3] * one, -S[1] * one, -S[2] * one, S[0] * one)
        v0 = z[t, 0] - (H_[0] * x[0] + H_[1] * x[1] + H_[2] * x[2])
        v1 = z[t, 1] - (H_[3] * x[0] + H_[4] * x[1] + H_[5] * x[2])
        gain = m22_by_23(turned_22(inverse), A)
        for k in range(9):
            predicted[t, k] = P[k]
        for k in range(4):
            inverses[t, k] = inverse[k]
        away[t, 0], away[t, 1], determinants[t] = v0, v1, determinant
        x = plus_3(x, row_by_23(v0, v1, gain))
        P = plus_9(P, turned_23_by_23(minus(gain), B))
        squares += x[0] * x[0] + x[1] * x[1] + x[2] * x[2]
        traces += P[0] + P[4] + P[8]
        distances += v0 * (inverse[0] * v0 + inverse[1] * v1) + v1 * (inverse[2] * v0 + inverse[3] * v1)
    logs = 2.0 * T * np.log(2.0 * np.pi)
    for t in range(T):
        logs += np.log(determinants[t])
    value = 0.5 * (distances + logs) + 0.1 * traces + squares / (3 * T)

    z_bar = np.empty((T, 2))
    x_bar, P_bar, F_bar, H_bar, Q_bar, R_bar = ZERO_3, ZERO_9, ZERO_9, ZERO_6, ZERO_9, ZERO_4
    double = 2.0 / (3 * T)
    for t in range(T - 1, -1, -1):
        P = (
            predicted[t, 0], predicted[t, 1], predicted[t, 2], predicted[t, 3], predicted[t, 4], predicted[t, 5],
            predicted[t, 6], predicted[t, 7], predicted[t, 8],
        )  # fmt: skip
        inverse = (inverses[t, 0], inverses[t, 1], inverses[t, 2], inverses[t, 3])
        turned = turned_22(inverse)
        v = (away[t, 0], away[t, 1])
        before = (states[t, 0], states[t, 1], states[t, 2])
        xp = row_by_33(before[0], before[1], before[2], F_turned)
        P_turned = turned_33(P)
        A, B = m23_by_33(H_, P_turned), m23_by_33(H_, P)
        gain = m22_by_23(turned, A)
        # the update
        x = plus_3(xp, row_by_23(v[0], v[1], gain))
        x_bar = (x_bar[0] + double * x[0], x_bar[1] + double * x[1], x_bar[2] + double * x[2])
        P_bar = plus_9(P_bar, (0.1, 0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 0.1))
        gain_bar = plus_6(minus(m23_by_33(B, turned_33(P_bar))), outer_23(v, x_bar))
        B_bar = minus(m23_by_33(gain, P_bar))
        u = (inverse[0] * v[0] + inverse[1] * v[1], inverse[2] * v[0] + inverse[3] * v[1])
        w = (turned[0] * v[0] + turned[1] * v[1], turned[2] * v[0] + turned[3] * v[1])
        v0 = gain[0] * x_bar[0] + gain[1] * x_bar[1] + gain[2] * x_bar[2] + 0.5 * (u[0] + w[0])
        v1 = gain[3] * x_bar[0] + gain[4] * x_bar[1] + gain[5] * x_bar[2] + 0.5 * (u[1] + w[1])
        inner = m22_by_22(m22_by_22(turned, m23_by_turned_23(A, gain_bar)), turned)
        S_bar = (
            0.5 * (turned[0] - w[0] * u[0]) - inner[0], 0.5 * (turned[1] - w[0] * u[1]) - inner[1],
            0.5 * (turned[2] - w[1] * u[0]) - inner[2], 0.5 * (turned[3] - w[1] * u[1]) - inner[3],
        )  # fmt: skip
        A_bar = plus_6(m22_by_23(inverse, gain_bar), m22_by_23(turned_22(S_bar), H_))
        more = plus_6(m22_by_23(S_bar, A), plus_6(m23_by_33(A_bar, P), m23_by_33(B_bar, P_turned)))
        H_bar = plus_6(H_bar, plus_6(more, outer_23((-v0, -v1), xp)))
        R_bar = plus_4(R_bar, S_bar)
        z_bar[t, 0], z_bar[t, 1] = v0, v1
        x_bar = plus_3(x_bar, row_by_23(-v0, -v1, H_))
        P_bar = plus_9(P_bar, plus_9(turned_23_by_23(A_bar, H_), turned_23_by_23(H_, B_bar)))
        # the prediction
        Q_bar = plus_9(Q_bar, P_bar)
        C = (
            covariances[t, 0], covariances[t, 1], covariances[t, 2], covariances[t, 3], covariances[t, 4], covariances[t, 5],
            covariances[t, 6], covariances[t, 7], covariances[t, 8],
        )  # fmt: skip
        right = m33_by_33(P_bar, F_)
        left = m33_by_33(turned_33(P_bar), F_)
        products = plus_9(m33_by_33(right, turned_33(C)), m33_by_33(left, C))
        F_bar = plus_9(F_bar, plus_9(products, outer_33(x_bar, before)))
        P_bar = m33_by_33(F_turned, right)
        x_bar = row_by_33(x_bar[0], x_bar[1], x_bar[2], F_)
    bars = np.array(F_bar).reshape(3, 3), np.array(H_bar).reshape(2, 3), np.array(Q_bar).reshape(3, 3)
    return value, (z_bar, *bars, np.array(R_bar).reshape(2, 2), np.array(x_bar), np.array(P_bar).reshape(3, 3))
