"""A `while` loop of at most so many steps whose states are kept; a step that is not accepted leaves all but `h` as it was."""

import jax.numpy as jnp
from jax_forms._loops import bounded_while

STATIC = (3,)
SCALAR_LOOPS = True


def attempt(state, params):
    """One step of the pair of Bogacki and Shampine, on two numbers."""
    (t, h, a, b, area, count), (mu, t_end) = state, params

    def slope(a, b):
        return b, mu * (1 - a**2) * b - a

    h = jnp.where(t + h > t_end, t_end - t, h)
    a0, b0 = slope(a, b)
    a1, b1 = slope(a + h / 2 * a0, b + h / 2 * b0)
    a2, b2 = slope(a + 3 * h / 4 * a1, b + 3 * h / 4 * b1)
    new_a = a + h / 9 * (2 * a0 + 3 * a1 + 4 * a2)
    new_b = b + h / 9 * (2 * b0 + 3 * b1 + 4 * b2)
    a3, b3 = slope(new_a, new_b)
    error_a = jnp.abs(-5 * a0 + 6 * a1 + 8 * a2 - 9 * a3)
    error_b = jnp.abs(-5 * b0 + 6 * b1 + 8 * b2 - 9 * b3)
    error = h * jnp.maximum(error_a, error_b) / 72
    accepted, easy = error <= 1e-3, error < 1e-3 / 16
    new_area = area + 0.5 * h * (new_a**2 + a**2)
    new_h = jnp.where(accepted, jnp.where(easy, 2 * h, h), h / 2)
    done = t + h, new_a, new_b, new_area, count + 1
    t, a, b, area, count = (
        jnp.where(accepted, new, old) for new, old in zip(done, (t, a, b, area, count), strict=True)
    )
    return t, new_h, a, b, area, count


def loss(y0, mu, t_end, max_points):
    def going(state, params):
        return (state[0] < params[1]) & (state[5] < max_points)

    # each rejected step halves h, and an accepted one at most doubles it
    most = 2 * max_points + 64
    start = tuple(jnp.asarray(value, float) for value in (0.0, 0.1, y0[0], y0[1], 0.0, 1.0))
    _, _, _, b, area, _ = bounded_while(going, attempt, start, (mu, t_end), most)
    return area + b**2
