"""One product, and a static triangle that says what is replaced."""

import jax.numpy as jnp
import numpy as np


def syrk(alpha, beta, A, C):
    return jnp.where(np.tri(len(C), dtype=bool), alpha * A @ A.T + beta * C, C)


def loss(alpha, beta, A, C):
    return jnp.sum(jnp.sin(syrk(alpha, beta, A, C)))
