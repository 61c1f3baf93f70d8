"""A scan over steps whose state is three numbers."""

import jax.numpy as jnp
from jax import lax

STATIC = (7,)
SCALAR_LOOPS = True


def loss(x0, y0, z0, sigma, rho, beta, dt, steps):
    def step(state, _):
        x, y, z = state
        x_dot = sigma * (y - x)
        y_dot = x * (rho - z) - y
        z_dot = x * y - beta * z
        new = (x + dt * x_dot, y + dt * y_dot, z + dt * z_dot)
        return new, new

    _, track = lax.scan(step, (x0, y0, z0), None, length=steps)
    x, y, z = (jnp.concatenate([jnp.array([first]), later]) for first, later in zip((x0, y0, z0), track, strict=True))
    return jnp.mean(x**2 + y**2) + 0.1 * jnp.mean(z) + x[-1] * y[-1] / (1.0 + z[-1] ** 2)
