"""The inputs' part of the gates and the gradients of the weights are single products; a step is one vector by a matrix."""

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import exp, tanh


@fast
def add_rows(vector, matrix, result):
    """result += vector @ matrix, four rows at a time."""
    n, m = matrix.shape
    k = 0
    while k + 4 <= n:
        f0, f1, f2, f3 = vector[k], vector[k + 1], vector[k + 2], vector[k + 3]
        r0, r1, r2, r3 = matrix[k], matrix[k + 1], matrix[k + 2], matrix[k + 3]
        for i in range(m):
            result[i] += f0 * r0[i] + f1 * r1[i] + f2 * r2[i] + f3 * r3[i]
        k += 4
    while k < n:
        f0, r0 = vector[k], matrix[k]
        for i in range(m):
            result[i] += f0 * r0[i]
        k += 1


@fast
def value_and_grad(x, target, h0, c0, Wx, Wh, b, Wy):
    T, H = len(x), len(h0)
    gates = x @ Wx
    h, c, tanh_c = np.empty((T + 1, H)), np.empty((T + 1, H)), np.empty((T, H))
    h[0], c[0] = h0, c0
    for t in range(T):
        row = gates[t]
        for k in range(4 * H):
            row[k] += b[k]
        add_rows(h[t], Wh, row)
        for k in range(3 * H):
            row[k] = 1.0 / (1.0 + exp(-row[k]))
        i, f, o, g = row[:H], row[H : 2 * H], row[2 * H : 3 * H], row[3 * H :]
        before, after, squashed, hidden = c[t], c[t + 1], tanh_c[t], h[t + 1]
        for k in range(H):
            g[k] = tanh(g[k])
            after[k] = f[k] * before[k] + i[k] * g[k]
            squashed[k] = tanh(after[k])
            hidden[k] = o[k] * squashed[k]
    away = h[1:] @ Wy - target
    value, last = (away @ away) / T, 0.0
    h_bar, c_bar = np.zeros(H), np.empty(H)
    for k in range(H):
        last += c[T, k] ** 2
        c_bar[k] = 0.02 * c[T, k]
    value += 0.01 * last

    y_bar = (2.0 / T) * away
    turned = np.ascontiguousarray(Wh.T)
    for t in range(T - 1, -1, -1):
        row, before, squashed = gates[t], c[t], tanh_c[t]
        i, f, o, g = row[:H], row[H : 2 * H], row[2 * H : 3 * H], row[3 * H :]
        for k in range(H):
            bar = h_bar[k] + y_bar[t] * Wy[k]
            cell = c_bar[k] + bar * o[k] * (1.0 - squashed[k] * squashed[k])
            c_bar[k] = cell * f[k]
            was = i[k]
            i[k] = cell * g[k] * was * (1.0 - was)
            f[k] = cell * before[k] * f[k] * (1.0 - f[k])
            o[k] = bar * squashed[k] * o[k] * (1.0 - o[k])
            g[k] = cell * was * (1.0 - g[k] * g[k])
            h_bar[k] = 0.0
        add_rows(row, turned, h_bar)
    b_bar = np.zeros(4 * H)
    for t in range(T):
        for k in range(4 * H):
            b_bar[k] += gates[t, k]
    Wh_bar, Wx_bar = h[:T].T @ gates, x.T @ gates
    return value, (gates @ Wx.T, -y_bar, h_bar, c_bar, Wx_bar, Wh_bar, b_bar, h[1:].T @ y_bar)
