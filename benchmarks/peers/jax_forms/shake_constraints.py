"""The corrections, bond by bond, in a while loop that is not differentiated; then one differentiated step of Newton.

Unknown are the bonds' multipliers: an atom is moved by those of its two bonds, along the bonds as they were.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def moved(multipliers, x, before, mass):
    pull = multipliers[:, None] * (before[:-1] - before[1:])
    return x - (jnp.pad(pull, ((0, 1), (0, 0))) - jnp.pad(pull, ((1, 0), (0, 0)))) / mass[:, None]


def multipliers(x, before, mass, lengths):
    """By corrections of one bond after the other, until all bonds have their lengths."""
    bonds = len(lengths)

    def correct(state, k):
        x, found, done = state
        r, old = x[k] - x[k + 1], before[k] - before[k + 1]
        excess = r @ r - lengths[k] ** 2
        wrong = jnp.abs(excess) > 1e-13
        g = jnp.where(wrong, excess / (2 * (1 / mass[k] + 1 / mass[k + 1]) * (r @ old)), 0.0)
        x = x.at[k].add(-g / mass[k] * old).at[k + 1].add(g / mass[k + 1] * old)
        return (x, found.at[k].add(g), done & ~wrong), None

    def sweep(state):
        x, found, _, count = state
        return *lax.scan(correct, (x, found, True), np.arange(bonds))[0], count + 1

    start = (x, jnp.zeros(bonds), False, 0)
    return lax.while_loop(lambda state: ~state[2] & (state[3] < 100), sweep, start)[1]


def shake(x, before, mass, lengths):
    def excess(found):
        y = moved(found, x, before, mass)
        return jnp.sum((y[1:] - y[:-1]) ** 2, axis=1) - lengths**2

    found = multipliers(*lax.stop_gradient((x, before, mass, lengths)))
    slopes = lax.stop_gradient(jax.jacfwd(excess)(found))
    return moved(found - jnp.linalg.solve(slopes, excess(found)), x, before, mass)


def loss(x, v, mass, lengths, gravity, dt):
    def step(state, _):
        x, v = state
        new = shake((x + dt * v).at[:, 1].add(-0.5 * gravity * dt**2), x, mass, lengths)
        v = (new - x) / dt
        return (new, v), 0.5 * jnp.sum(mass[:, None] * v**2)

    (x, _), energies = lax.scan(step, (x, v), None, length=3)
    return jnp.sum(energies) + jnp.sum(x**2)
