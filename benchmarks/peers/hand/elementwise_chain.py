"""One loop: nothing is kept but the gradient."""

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import cos, exp, log1p, sin, tanh, widest_vectors


@fast
def value_and_grad(x):
    widest_vectors()
    n = len(x)
    x_bar = np.empty(n)
    value = 0.0
    for i in range(n):
        bump = exp(-0.5 * x[i] * x[i])
        squashed = tanh(sin(x[i]) + 0.5 * bump)
        mixed = squashed * x[i]
        square = mixed * mixed
        top = log1p(square)
        below = 1.0 / (1.0 + bump)
        value += top * below
        mixed_bar = 2.0 * mixed * below / (1.0 + square)
        inner_bar = mixed_bar * x[i] * (1.0 - squashed * squashed)
        bump_bar = 0.5 * inner_bar - top * below * below
        x_bar[i] = mixed_bar * squashed + inner_bar * cos(x[i]) - bump_bar * bump * x[i]
    return value, (x_bar,)
