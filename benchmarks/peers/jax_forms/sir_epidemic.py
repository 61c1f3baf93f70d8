"""A scan over days, all towns at once."""

import jax.numpy as jnp
from jax import lax


def loss(S0, I0, beta, gamma, contact, reported, dt):
    def day(state, _):
        S, I, R = state
        infections = dt * (beta * (contact @ I) / (S + I + R)) * S
        recoveries = dt * gamma * I
        return (S - infections, I + infections - recoveries, R + recoveries), jnp.sum(infections)

    state, cases = lax.scan(day, (S0, I0, jnp.zeros_like(S0)), None, length=len(reported))
    return jnp.sum((cases - reported) ** 2) + 0.1 * jnp.mean(jnp.stack(state) ** 2)
