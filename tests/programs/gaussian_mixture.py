"""EM for a mixture of Gaussians in one dimension: responsibilities filled by loops, parameters updated in place."""

import numpy as np


def e_step(x, weights, means, sigmas, resp):
    log_likelihood = 0.0
    for i in range(len(x)):
        for k in range(len(weights)):
            u = (x[i] - means[k]) / sigmas[k]
            resp[i, k] = weights[k] * np.exp(-0.5 * u * u) / sigmas[k]
        total = resp[i].sum()
        resp[i] /= total
        log_likelihood += np.log(total)
    return log_likelihood


def m_step(x, weights, means, sigmas, resp):
    for k in range(len(weights)):
        r = resp[:, k]
        N_k = r.sum()
        means[k] = (r @ x) / N_k
        # the new mean is used here
        sigmas[k] = np.sqrt(r @ (x - means[k]) ** 2 / N_k + 0.01)
        weights[k] = N_k / len(x)


def loss(x, weights, means, sigmas, iterations):
    w, m, s = weights / weights.sum(), means.copy(), sigmas.copy()
    resp = np.empty((len(x), len(w)))
    history = np.zeros(iterations)
    for it in range(iterations):
        history[it] = e_step(x, w, m, s, resp)
        m_step(x, w, m, s, resp)
    return -history[-1] - 0.1 * np.sum(history) + np.sum(m**2) + np.sum(resp**2)


def arguments(rng, n):
    x = np.concatenate([rng.normal(size=n) - 1.5, 0.6 * rng.normal(size=n) + 1.5])
    return x, np.array([0.4, 0.6]), np.array([-1.0, 1.2]), np.array([1.0, 0.8]), 3
