"""A two-layer network trained by minibatch SGD with momentum, backpropagation by hand; gradients allocated per batch.

The loss is that on held-out data, so its derivative with respect to the rate is one of a whole training run.
"""

import numpy as np


def forward(x, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    return hidden, hidden @ W2 + b2


def train(X, y, W1, b1, W2, b2, rate, momentum, epochs, batch):
    velocity = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    for _ in range(epochs):
        for start in range(0, len(X), batch):
            xb = X[start : start + batch]
            yb = y[start : start + batch]
            hidden, out = forward(xb, W1, b1, W2, b2)
            error = (out - yb) / len(xb)
            gradients = [np.zeros_like(W1), np.zeros(len(b1)), hidden.T @ error, error.sum(axis=0)]
            back = error @ W2.T * (1 - hidden**2)
            for i in range(len(xb)):
                gradients[0] += np.outer(xb[i], back[i])
                gradients[1] += back[i]
            for p, v, g in zip((W1, b1, W2, b2), velocity, gradients):
                v *= momentum
                v -= rate * g
                p += v


def loss(X, y, X_test, y_test, W1, b1, W2, b2, rate, momentum):
    params = [W1.copy(), b1.copy(), W2.copy(), b2.copy()]
    train(X, y, *params, rate, momentum, epochs=2, batch=3)
    _, out = forward(X_test, *params)
    return 0.5 * np.mean((out - y_test) ** 2)


def arguments(rng, n):
    d, h = 2, 3
    X, X_test = rng.normal(size=(2, n, d))
    y, y_test = rng.normal(size=(2, n, 1))
    W1, W2 = rng.normal(size=(d, h)), rng.normal(size=(h, 1))
    return X, y, X_test, y_test, W1, np.full(h, 0.1), W2, np.ones(1), 0.1, 0.7
