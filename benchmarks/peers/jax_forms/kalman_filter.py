"""A scan over times; one factorisation of S gives its inverse and its determinant."""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy.linalg import lu_factor, lu_solve


def loss(z, F, H, Q, R, x0, P0):
    eye = jnp.eye(len(x0))

    def step(state, z):
        x, P = state
        x = F @ x
        P = F @ P @ F.T + Q
        innovation = z - H @ x
        PH = P @ H.T
        factors = lu_factor(2 * np.pi * (H @ PH + R))
        inverse = 2 * np.pi * lu_solve(factors, jnp.eye(len(z)))
        K = PH @ inverse
        x = x + K @ innovation
        P = (eye - K @ H) @ P
        nll = 0.5 * (innovation @ inverse @ innovation + jnp.sum(jnp.log(jnp.abs(jnp.diag(factors[0])))))
        return (x, P), (x, jnp.trace(P), nll)

    _, (x_hat, traces, nll) = lax.scan(step, (x0, P0), z)
    return jnp.sum(nll) + 0.1 * jnp.sum(traces) + jnp.mean(x_hat**2)
