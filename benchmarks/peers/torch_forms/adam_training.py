"""The sum over samples is a product with a matrix; a loop over the steps."""

import torch


def gradient(w, b, X, y):
    error = torch.sigmoid(X @ w + b) - y
    return error @ X / len(y), error.sum(0, keepdim=True) / len(y)


def loss(X, y, w, b, rate, beta1, beta2, steps):
    params = [w, b]
    m = [torch.zeros_like(w), torch.zeros_like(b)]
    v = [torch.zeros_like(w), torch.zeros_like(b)]
    for t in range(1, steps + 1):
        for k, g in enumerate(gradient(*params, X, y)):
            m[k] = beta1 * m[k] + (1 - beta1) * g
            v[k] = beta2 * v[k] + (1 - beta2) * g**2
            m_hat = m[k] / (1 - beta1**t)
            v_hat = v[k] / (1 - beta2**t)
            params[k] = params[k] - rate * m_hat / (torch.sqrt(v_hat) + 1e-3)
    margin = X @ params[0] + params[1]
    return torch.mean(torch.log1p(torch.exp(margin)) - y * margin)
