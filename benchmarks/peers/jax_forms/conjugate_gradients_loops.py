"""The product with the sparse matrix as a sum over segments; the few steps are unrolled."""

import jax
import jax.numpy as jnp

STATIC = (5,)


def loss(data, indices, indptr, x, b, iterations):
    n = len(b)
    rows = jnp.repeat(jnp.arange(n), jnp.diff(indptr), total_repeat_length=len(data))

    def summed(entries):
        return jax.ops.segment_sum(entries, rows, num_segments=n, indices_are_sorted=True)

    def spmv(x):
        return summed(data * x[indices])

    diagonal = summed(jnp.where(indices == rows, data, 0.0))
    r = b - spmv(x)
    p = z = r / diagonal
    rho = r @ z
    for _ in range(iterations):
        q = spmv(p)
        alpha = rho / (p @ q)
        x = x + alpha * p
        r = r - alpha * q
        z = r / diagonal
        rho_new = r @ z
        p = z + rho_new / rho * p
        rho = rho_new
    return jnp.sum(x**2) + jnp.sum(jnp.sin(x))
