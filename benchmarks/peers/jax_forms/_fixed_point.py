"""Fixed points of iterations whose length depends on the data, differentiated by the equation that they solve."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax


def iterate(step, start, tolerance, most):
    """step(step(... start)) until nothing moves by `tolerance` or more, or `most` times."""

    def unfinished(state):
        before, now, count = state
        return (jnp.max(jnp.abs(now - before)) >= tolerance) & (count < most)

    def advance(state):
        _, now, count = state
        return now, step(now), count + 1

    return lax.while_loop(unfinished, advance, (start, step(start), 1))[1]


@partial(jax.custom_vjp, nondiff_argnums=(0, 3, 4))
def fixed_point(step, parameters, start, tolerance, most):
    """x with step(parameters, x) = x, by iteration from `start`."""
    return iterate(partial(step, parameters), start, tolerance, most)


def _forward(step, parameters, start, tolerance, most):
    result = fixed_point(step, parameters, start, tolerance, most)
    return result, (parameters, result)


def _backward(step, tolerance, most, kept, result_bar):
    """The cotangent w of the result solves w = result_bar + w (d step / dx): by iteration, too."""
    parameters, result = kept
    _, pull = jax.vjp(step, parameters, result)
    scale = jnp.maximum(jnp.max(jnp.abs(result_bar)), 1e-300)
    w = scale * iterate(lambda w: result_bar / scale + pull(w)[1], result_bar / scale, tolerance, most)
    return pull(w)[0], jnp.zeros_like(result)


fixed_point.defvjp(_forward, _backward)
