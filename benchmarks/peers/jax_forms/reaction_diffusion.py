"""A scan over steps: interiors from shifted slices, ghost cells by `jnp.pad(..., mode="wrap")`."""

import jax.numpy as jnp
from jax import lax

STATIC = (6,)


def laplacian(Z):
    return Z[:-2, 1:-1] + Z[1:-1, :-2] - 4 * Z[1:-1, 1:-1] + Z[1:-1, 2:] + Z[2:, 1:-1]


def loss(U, V, Du, Dv, F, k, steps):
    def step(state, _):
        U, V = state
        u, v = U[1:-1, 1:-1], V[1:-1, 1:-1]
        uvv = u * v * v
        u = u + Du * laplacian(U) - uvv + F * (1 - u)
        v = v + Dv * laplacian(V) + uvv - (F + k) * v
        return (jnp.pad(u, 1, mode="wrap"), jnp.pad(v, 1, mode="wrap")), None

    (U, V), _ = lax.scan(step, (U, V), None, length=steps)
    return jnp.mean(U**2) + jnp.mean(V**2) + jnp.mean(U * V)
