"""The taps as shifted sums; each filter with feedback is a scan over the samples with its last values as its state."""

import jax
import jax.numpy as jnp
from jax import lax

SCALAR_LOOPS = True


def fir(x, taps):
    return sum(taps[k] * jnp.pad(x, (k, 0))[: len(x)] for k in range(len(taps)))


def one_pole(x, b0, a1):
    @jax.checkpoint
    def step(y, x):
        y = b0 * x - a1 * y
        return y, y

    return lax.scan(step, 0.0, x, unroll=4)[1]


def biquad(signal, b, a):
    """Direct form II transposed."""

    @jax.checkpoint
    def step(state, x):
        s1, s2 = state
        y = b[0] * x + s1
        return (b[1] * x - a[0] * y + s2, b[2] * x - a[1] * y), y

    return lax.scan(step, (0.0, 0.0), signal, unroll=4)[1]


def loss(x, taps, b0, a1, sections, wanted):
    y = one_pole(fir(x, taps), b0, a1)
    for section in sections:
        y = biquad(y, section[:3], section[3:])
    return jnp.sum((y - wanted) ** 2)
