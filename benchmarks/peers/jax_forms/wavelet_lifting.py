"""Strided slices that become shorter level by level, in a static loop; the details of a level are not needed again."""

import jax.numpy as jnp


def energy(x):
    return jnp.sum(x**2 / (1.0 + x**2))


def loss(signal):
    coarse, total = signal, 0.0
    while len(coarse) > 2:
        even, odd = coarse[::2], coarse[1::2]
        odd = odd - jnp.append(0.5 * (even[:-1] + even[1:]), even[-1])
        coarse = even + jnp.append(0.5 * odd[:1], 0.25 * (odd[:-1] + odd[1:]))
        total = total + energy(odd)
    return total + energy(coarse)
