"""A particle filter for stochastic volatility with systematic resampling: `x[:] = x[ancestors]`, given the noise."""

import numpy as np


def resample(w, u):
    """Ancestors of the particles, by one uniform number in hundredths."""
    n = len(w)
    ancestors = np.zeros(n, dtype=int)
    total = w[0]
    i = 0
    for k in range(n):
        while total < (k + u / 100) / n and i < n - 1:
            i += 1
            total += w[i]
        ancestors[k] = i
    return ancestors


def particle_filter(y, phi, sigma, beta, x0, noise, uniforms):
    T = noise.shape[0]
    x = x0.copy()
    means = np.zeros(T)
    log_likelihood = 0.0
    for t in range(T):
        x *= phi
        x += sigma * noise[t]
        spread = beta * np.exp(x / 2)
        w = np.exp(-0.5 * (y[t] / spread) ** 2) / spread
        log_likelihood += np.log(w.mean())
        w /= w.sum()
        means[t] = w @ x
        x[:] = x[resample(w, uniforms[t])]
    return means, log_likelihood


def loss(y, phi, sigma, beta, x0, noise, uniforms):
    means, log_likelihood = particle_filter(y, phi, sigma, beta, x0, noise, uniforms)
    return -log_likelihood + np.sum(means**2)


def arguments(rng, n):
    # whole hundredths: where a particle comes from is a choice, not a number
    uniforms = rng.integers(5, 95, size=n)
    return rng.normal(size=n), 0.9, 0.4, 0.8, rng.normal(size=2 * n), rng.normal(size=(n, 2 * n)), uniforms
