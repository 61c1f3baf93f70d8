"""A sweep is a scan over the cells, with the cell before as its state; sweeps are a `while` loop whose states are kept."""

import jax
import jax.numpy as jnp
from jax import lax
from jax_forms._loops import bounded_while

STATIC = (6, 7)
SCALAR_LOOPS = True


def going(state, params):
    return state[1] >= 1e-28


@jax.checkpoint
def cell(before, entries):
    known, slope, payoff = entries
    new = jnp.maximum(payoff, known - slope * before)
    return new, new


def sweep(state, params):
    V, _ = state
    rhs, lower, middle, upper, payoff, omega = params
    y = (rhs - upper * jnp.append(V[1:], 0.0)) / middle
    known, slope = V + omega * (y - V), omega * lower / middle
    _, new = lax.scan(cell, V[0], (known[1:-1], slope[1:-1], payoff[1:-1]))
    return V.at[1:-1].set(new), jnp.sum((new - V[1:-1]) ** 2)


def loss(strike, r, sigma, maturity, highest, omega, cells, steps):
    dt = maturity / steps
    S = jnp.linspace(0.0, highest, cells + 1)
    payoff = jnp.maximum(strike - S, 0)
    i = jnp.arange(cells + 1.0)
    lower = 0.5 * dt * (r * i - sigma**2 * i**2)
    middle = 1 + dt * (sigma**2 * i**2 + r)
    upper = -0.5 * dt * (r * i + sigma**2 * i**2)
    omega = jnp.asarray(omega, float)

    def step(V, _):
        return bounded_while(going, sweep, (V, 1.0), (V, lower, middle, upper, payoff, omega), 300)[0], None

    V, _ = lax.scan(step, payoff, None, length=steps)
    return jnp.interp(0.9 * strike, S, V) + 0.1 * jnp.sum(V)
