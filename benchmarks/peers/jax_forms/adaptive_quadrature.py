"""From left to right over the halves of halves: a `while` loop whose state is a place and a size, and whose steps are kept."""

import jax.numpy as jnp
from jax import lax
from jax_forms._loops import bounded_while

SCALAR_LOOPS = True

DEPTH = 8


def integral(f, a, b, tolerance, params):
    """Interval number `place` of the 2**level at a level; after the last of a pair, the one above is done."""

    def going(state, params):
        level, place, _ = state
        return (level > 0) | (place < 1)

    def step(state, given):
        level, place, total = state
        a, b, params = given
        width = (b - a) * 2.0**-level
        lo = a + place * width
        fa, fl, fm, fr, fb = (f(lo + part * width, params) for part in (0.0, 0.25, 0.5, 0.75, 1.0))
        halves = width / 12 * (fa + 4 * fl + 2 * fm + 4 * fr + fb)
        error = halves - width / 6 * (fa + 4 * fm + fb)
        done = (level == DEPTH) | (jnp.abs(error) <= 15 * tolerance * 2.0**-level)
        after = (place + 1).astype(int)
        rise = jnp.minimum(lax.population_count((after & -after) - 1), level.astype(int))
        next_level = jnp.where(done, level - rise, level + 1)
        next_place = jnp.where(done, (after >> rise).astype(float), 2 * place)
        return next_level, next_place, total + jnp.where(done, halves + error / 15, 0.0)

    start = jnp.zeros(()), jnp.zeros(()), jnp.zeros(())
    return bounded_while(going, step, start, (a, b, params), 2 ** (DEPTH + 1))[2]


def peak(x, params):
    width, frequency = params
    return width / (width**2 + (x - 0.3) ** 2) * (1 + 0.2 * jnp.sin(frequency * x))


def damped(x, params):
    return jnp.exp(-x) * peak(x, params) ** 2


def loss(a, b, width, frequency):
    params = width, frequency
    return integral(peak, a, b, 1e-4, params) + integral(damped, a, 1.0, 1e-3, params)
