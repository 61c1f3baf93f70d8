"""Ten steps at most, unrolled: all earlier vectors are taken out by two products, and the small least-squares problem is
solved by the library's QR factorisation."""

import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular

STATIC = (2,)


def norm(v):
    return jnp.sqrt(v @ v)


def loss(A, b, m):
    beta = norm(b)
    Q = (b / beta)[None]
    columns = []
    for k in range(m):
        w = A @ Q[k]
        h = Q @ w
        w = w - h @ Q
        last = norm(w)
        columns.append(jnp.pad(jnp.append(h, last), (0, m - 1 - k)))
        Q = jnp.concatenate([Q, (w / last)[None]])
    H = jnp.stack(columns, axis=1)
    U, R = jnp.linalg.qr(H)
    y = solve_triangular(R, beta * U[0])
    misfit = (H @ y).at[0].add(-beta)
    return jnp.sum(jnp.sin(y @ Q[:m])) + misfit @ misfit
