"""As the program, on new arrays; the few steps are unrolled."""

import jax.numpy as jnp

STATIC = (2,)


def loss(A, b, iterations):
    x = jnp.zeros_like(b)
    r = p = b
    rs = r @ r
    for _ in range(iterations):
        Ap = A @ p
        alpha = rs / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        rs_new = r @ r
        p = r + rs_new / rs * p
        rs = rs_new
    return jnp.sum(jnp.sin(x))
