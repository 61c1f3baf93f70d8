"""An LSTM over time: the states of all steps are kept in arrays, `h[t]` and `c[t]` filled as time goes on."""

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm_forward(x, h0, c0, Wx, Wh, b):
    """Hidden states of all steps; the first row is the initial state."""
    T = x.shape[0]
    H = h0.shape[0]
    h = np.zeros((T + 1, H))
    c = np.zeros((T + 1, H))
    h[0] = h0
    c[0] = c0
    gates = np.empty(4 * H)
    for t in range(T):
        gates[:] = x[t] @ Wx + h[t] @ Wh + b
        gates[: 3 * H] = sigmoid(gates[: 3 * H])
        gates[3 * H :] = np.tanh(gates[3 * H :])
        i = gates[:H]
        f = gates[H : 2 * H]
        o = gates[2 * H : 3 * H]
        g = gates[3 * H :]
        c[t + 1] = f * c[t] + i * g
        h[t + 1] = o * np.tanh(c[t + 1])
    return h, c


def loss(x, target, h0, c0, Wx, Wh, b, Wy):
    h, c = lstm_forward(x, h0, c0, Wx, Wh, b)
    y = h[1:] @ Wy
    return np.mean((y - target) ** 2) + 0.01 * np.sum(c[-1] ** 2)


def arguments(rng, n):
    T, D, H = n + 1, 3, n
    x = rng.normal(size=(T, D))
    target = rng.normal(size=T)
    h0, c0 = 0.1 * rng.normal(size=(2, H))
    Wx = rng.normal(size=(D, 4 * H)) / np.sqrt(D)
    Wh = rng.normal(size=(H, 4 * H)) / np.sqrt(H)
    b = 0.1 * rng.normal(size=4 * H)
    Wy = rng.normal(size=H) / np.sqrt(H)
    return x, target, h0, c0, Wx, Wh, b, Wy
