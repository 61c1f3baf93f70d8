"""Power iteration in a while loop, differentiated by the equation of its fixed point; deflation by an outer product."""

import jax.numpy as jnp
import numpy as np
from jax_forms._fixed_point import fixed_point

STATIC = (1,)


def normalised_product(A, v):
    w = A @ v
    return w / jnp.sqrt(w @ w)


def loss(A, count):
    work = 0.5 * (A + A.T)
    start = 1.0 / (1.0 + np.arange(len(A)))
    start = jnp.asarray(start / np.linalg.norm(start))
    values, vectors = [], []
    for _ in range(count):
        v = fixed_point(normalised_product, work, start, 1e-14, 500)
        values.append(jnp.linalg.norm(work @ v))
        vectors.append(v)
        work = work - values[-1] * jnp.outer(v, v)
    return jnp.log(values[0] / values[1]) + values[-1] + jnp.sum(jnp.stack(vectors) ** 4)
