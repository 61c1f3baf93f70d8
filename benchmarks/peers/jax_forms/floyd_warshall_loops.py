"""A scan over the intermediate nodes, each a step on the whole table."""

import jax.numpy as jnp
from jax_forms.floyd_warshall import floyd_warshall


def loss(d, demand):
    d = floyd_warshall(d)
    return jnp.sum(demand * d) + jnp.sum(jnp.log(1.0 + d))
