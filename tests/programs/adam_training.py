"""Logistic regression trained with Adam: parameters, moments and gradient in dicts of arrays updated in place."""

import numpy as np

ANALYTIC = True


def sigmoid(t):
    return 1.0 / (1.0 + np.exp(-t))


def gradient(params, X, y, grads):
    p = sigmoid(X @ params["w"] + params["b"])
    for g in grads.values():
        g.fill(0.0)
    for i in range(len(y)):
        grads["w"] += (p[i] - y[i]) * X[i]
        grads["b"] += p[i] - y[i]
    grads["w"] /= len(y)
    grads["b"] /= len(y)


def adam(params, X, y, rate, beta1, beta2, steps):
    m = {name: np.zeros_like(value) for name, value in params.items()}
    v = {name: np.zeros_like(value) for name, value in params.items()}
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in range(1, steps + 1):
        gradient(params, X, y, grads)
        for name in params:
            m[name] *= beta1
            m[name] += (1 - beta1) * grads[name]
            v[name] *= beta2
            v[name] += (1 - beta2) * grads[name] ** 2
            m_hat = m[name] / (1 - beta1**t)
            v_hat = v[name] / (1 - beta2**t)
            params[name] -= rate * m_hat / (np.sqrt(v_hat) + 1e-3)


def loss(X, y, w, b, rate, beta1, beta2, steps):
    params = {"w": w.copy(), "b": b.copy()}
    adam(params, X, y, rate, beta1, beta2, steps)
    margin = X @ params["w"] + params["b"]
    return np.mean(np.log1p(np.exp(margin)) - y * margin)


def arguments(rng, n):
    X = rng.normal(size=(2 * n, 3))
    y = rng.uniform(0.1, 0.9, size=2 * n)
    return X, y, rng.normal(size=3), np.zeros(1), 0.1, 0.9, 0.99, 3
