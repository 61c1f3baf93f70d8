"""Two recurrences, one in each direction, kept apart from everything that vectorises."""

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import log


@fast
def value_and_grad(returns, mu, omega, alpha, beta):
    T = len(returns)
    sigma2, direct, shocks = np.empty(T), np.empty(T), np.empty(T)
    for t in range(T):
        shocks[t] = (returns[t] - mu) ** 2
    last = omega / (1.0 - alpha - beta)
    sigma2[0] = last
    later = sigma2[1:]
    for t in range(T - 1):
        last = omega + alpha * shocks[t] + beta * last
        later[t] = last

    value = 0.0
    for t in range(T):
        inverse = 1.0 / sigma2[t]
        scaled = shocks[t] * inverse
        value += log(sigma2[t]) + scaled
        direct[t] = 0.5 * (inverse - scaled * inverse)  # what the term of this day adds to the cotangent of sigma2

    bars = direct  # each place is read before it is written
    last = 0.0
    for t in range(T - 1, -1, -1):
        last = direct[t] + beta * last
        bars[t] = last

    returns_bar = np.empty(T)
    omega_bar = alpha_bar = beta_bar = returns_sum = 0.0
    later_bars = bars[1:]
    for t in range(T - 1):
        omega_bar += later_bars[t]
        alpha_bar += later_bars[t] * shocks[t]
        beta_bar += later_bars[t] * sigma2[t]
        bar = (returns[t] - mu) * (1.0 / sigma2[t] + 2.0 * alpha * later_bars[t])
        returns_bar[t] = bar
        returns_sum += bar
    returns_bar[T - 1] = (returns[T - 1] - mu) / sigma2[T - 1]
    mu_bar = -(returns_sum + returns_bar[T - 1])
    rest = 1.0 - alpha - beta
    omega_bar += bars[0] / rest
    alpha_bar += bars[0] * omega / rest**2
    beta_bar += bars[0] * omega / rest**2
    return 0.5 * (value + T * np.log(2.0 * np.pi)), (returns_bar, mu_bar, omega_bar, alpha_bar, beta_bar)
