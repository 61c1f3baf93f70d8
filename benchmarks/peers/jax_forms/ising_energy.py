"""The lattice as four arrays (even or odd row, even or odd column), so that a colour is updated as whole arrays; a scan.

As in the program, the sides are even.
"""

import jax.numpy as jnp
from jax import lax

STATIC = (4,)


def split(x):
    return x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]


def up(x):
    return jnp.roll(x, -1, 0)


def down(x):
    return jnp.roll(x, 1, 0)


def left(x):
    return jnp.roll(x, -1, 1)


def right(x):
    return jnp.roll(x, 1, 1)


def fields(ee, eo, oe, oo):
    """What each site gets from its four neighbours."""
    return (
        down(oe) + oe + right(eo) + eo,
        down(oo) + oo + ee + left(ee),
        ee + up(ee) + right(oo) + oo,
        eo + up(eo) + oe + left(oe),
    )


def energy(parts, J, h):
    pairs = sum(jnp.sum(m * f) for m, f in zip(parts, fields(*parts), strict=True)) / 2
    return -J * pairs - sum(jnp.sum(m * f) for m, f in zip(parts, h, strict=True))


def loss(m, J, h, beta, sweeps):
    size = m.size
    parts, h = split(m), split(h)
    before = energy(parts, J, h)

    def sweep(parts, _):
        ee, eo, oe, oo = parts
        f = fields(ee, eo, oe, oo)
        ee, oo = jnp.tanh(beta * (J * f[0] + h[0])), jnp.tanh(beta * (J * f[3] + h[3]))
        f = fields(ee, eo, oe, oo)
        return (ee, jnp.tanh(beta * (J * f[1] + h[1])), jnp.tanh(beta * (J * f[2] + h[2])), oo), None

    parts, _ = lax.scan(sweep, parts, None, length=sweeps)
    return (before + energy(parts, J, h)) / size + (sum(map(jnp.sum, parts)) / size) ** 2
