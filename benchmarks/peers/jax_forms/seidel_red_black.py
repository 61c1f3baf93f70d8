"""The grid as four arrays (even or odd row, even or odd column), so that a colour is updated as a whole; a scan.

As in the program, the sides are odd.
"""

import jax.numpy as jnp
from jax import lax

STATIC = (3,)


def split(x):
    return x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]


def loss(u, f, omega, sweeps):
    f_ee, f_eo, f_oe, f_oo = split(f)

    def relaxed(centre, vertical, horizontal, f):
        """`vertical` and `horizontal` have one entry more than `centre` along their axis."""
        around = vertical[:-1] + vertical[1:] + horizontal[:, :-1] + horizontal[:, 1:]
        return centre + omega * (0.25 * (around - f) - centre)

    def sweep(state, _):
        ee, eo, oe, oo = state
        oo = relaxed(oo, eo, oe, f_oo)
        ee = ee.at[1:-1, 1:-1].set(relaxed(ee[1:-1, 1:-1], oe[:, 1:-1], eo[1:-1], f_ee[1:-1, 1:-1]))
        oe = oe.at[:, 1:-1].set(relaxed(oe[:, 1:-1], ee[:, 1:-1], oo, f_oe[:, 1:-1]))
        eo = eo.at[1:-1].set(relaxed(eo[1:-1], oo, ee[1:-1], f_eo[1:-1]))
        return (ee, eo, oe, oo), None

    parts, _ = lax.scan(sweep, split(u), None, length=sweeps)
    return sum(jnp.sum(part**2) + jnp.sum(jnp.sin(part)) for part in parts)
