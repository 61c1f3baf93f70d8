"""A scan over years; masks by `jnp.where`."""

import jax.numpy as jnp
from jax import lax

STATIC = (4,)


def loss(pop, growth, harvest, stock, years):
    def season(pop, _):
        pop = pop * jnp.exp(growth * (1.0 - pop))
        crowded = pop > 1.1
        pop = jnp.where(crowded, pop - harvest * (pop - 1.1) ** 2, pop)
        rare = pop < 0.4
        pop = jnp.where(rare, pop + stock * jnp.sqrt(jnp.where(rare, pop, 1.0)), pop)
        pop = jnp.where(crowded | rare, pop, 0.98 * pop)
        return pop, jnp.sum(jnp.where(pop > 0.5, pop**2, 0.0))

    pop, yields = lax.scan(season, pop, None, length=years)
    deviation = pop - 0.8
    deviation = jnp.where(deviation < 0, 0.1 * deviation, deviation)
    return jnp.sum(yields) / (years * len(pop)) + jnp.sum(deviation**2)
