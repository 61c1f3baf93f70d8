"""The V-cycle's recursion over static sizes; a Gauss-Seidel sweep is a recurrence of first order: a scan over numbers."""

import jax.numpy as jnp
from jax import lax

STATIC = (2,)
SCALAR_LOOPS = True


def smooth(u, f, h, sweeps):
    for _ in range(sweeps):

        def step(left, known):
            new = 0.5 * (left + known)
            return new, new

        _, inner = lax.scan(step, u[0], u[2:] + h * h * f[1:-1])
        u = u.at[1:-1].set(inner)
    return u


def residual(u, f, h):
    return jnp.pad(f[1:-1] + (u[2:] - 2.0 * u[1:-1] + u[:-2]) / h**2, 1)


def v_cycle(u, f, h):
    if len(u) <= 3:
        return u.at[1].set(0.5 * (u[0] + u[2] + h * h * f[1]))
    u = smooth(u, f, h, 2)
    r = residual(u, f, h)
    coarse = jnp.pad(0.25 * (r[1:-2:2] + 2.0 * r[2:-1:2] + r[3::2]), 1)
    e = v_cycle(jnp.zeros_like(coarse), coarse, 2.0 * h)
    between = jnp.stack([e[:-1], 0.5 * (e[:-1] + e[1:])], axis=1).reshape(-1)
    return smooth(u + jnp.concatenate([between, e[-1:]]), f, h, 2)


def loss(u, f, cycles):
    h = 1.0 / (len(u) - 1)
    u, _ = lax.scan(lambda u, _: (v_cycle(u, f, h), None), u, None, length=cycles)
    return jnp.sum(u**2) + jnp.sum(jnp.cos(u))
