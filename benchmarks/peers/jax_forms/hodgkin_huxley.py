"""A scan over the time steps, whose state is four numbers."""

import jax
import jax.numpy as jnp
from jax import lax

SCALAR_LOOPS = True


def gate_rates(V):
    """(alpha, beta) of each of the three gates."""
    return (
        (0.1 * (V + 40.0) / (1.0 - jnp.exp(-(V + 40.0) / 10.0)), 4.0 * jnp.exp(-(V + 65.0) / 18.0)),
        (0.07 * jnp.exp(-(V + 65.0) / 20.0), 1.0 / (1.0 + jnp.exp(-(V + 35.0) / 10.0))),
        (0.01 * (V + 55.0) / (1.0 - jnp.exp(-(V + 55.0) / 10.0)), 0.125 * jnp.exp(-(V + 65.0) / 80.0)),
    )


def loss(V0, conductances, current, measured, dt):
    g_Na, g_K, g_L = conductances

    @jax.checkpoint
    def step(state, current):
        V, gates = state
        m, h, n = gates
        I_Na = g_Na * m**3 * h * (V - 50.0)
        I_K = g_K * n**4 * (V + 77.0)
        I_L = g_L * (V + 54.4)
        # gates exactly for a frozen voltage
        gates = tuple(
            a / (a + b) + (gate - a / (a + b)) * jnp.exp(-dt * (a + b))
            for gate, (a, b) in zip(gates, gate_rates(V), strict=True)
        )
        V = V + dt * (current - I_Na - I_K - I_L)
        return (V, gates), V

    start = V0, tuple(a / (a + b) for a, b in gate_rates(V0))
    (_, gates), V = lax.scan(step, start, current)
    return jnp.mean((V - measured) ** 2) / 100.0 + sum(gate**2 for gate in gates)
