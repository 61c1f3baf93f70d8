"""All pixels at once; the march in a while loop that is not differentiated, then one differentiated step of Newton.

The program's derivative goes through the steps of the march, which converge slowly where a ray grazes: it differs by
about 1e-8, more where a ray neither hits nor gets away within 200 steps.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (0,)

FAR = 10.0


def scene(p, radius, ring):
    """Signed distance of points, coordinates along the first axis."""
    flat = p[0] ** 2 + p[1] ** 2
    sphere = jnp.sqrt(flat + p[2] ** 2) - radius
    torus = jnp.sqrt((jnp.sqrt(flat) - ring) ** 2 + p[2] ** 2) - 0.25
    k = 8.0
    return -jnp.log(jnp.exp(-k * sphere) + jnp.exp(-k * torus)) / k


def march(camera, directions, radius, ring):
    """How far each ray goes until it hits, or until it is too far away."""

    def unfinished(state):
        _, marching, count = state
        return jnp.any(marching) & (count < 200)

    def step(state):
        travelled, marching, count = state
        d = scene(camera[:, None, None] + travelled * directions, radius, ring)
        marching = marching & (d >= 1e-11)
        travelled = jnp.where(marching, travelled + d, travelled)
        return travelled, marching & (travelled <= FAR), count + 1

    start = jnp.zeros(directions.shape[1:])
    return lax.while_loop(unfinished, step, (start, start == 0, 0))[0]


def loss(width, camera, radius, ring, light):
    i = np.arange(width)
    directions = np.stack(np.broadcast_arrays((i + 0.6) / width - 0.5, ((i + 0.55) / width - 0.5)[:, None], -1.0))
    directions /= np.sqrt(np.sum(directions**2, axis=0))

    reached = march(*lax.stop_gradient((camera, directions, radius, ring)))
    hit = reached <= FAR

    def along(t):
        return scene(camera[:, None, None] + t * directions, radius, ring)

    d, slope = jax.jvp(along, (reached,), (jnp.ones_like(reached),))
    travelled = jnp.where(hit, reached - (d - lax.stop_gradient(d)) / lax.stop_gradient(slope), FAR)

    p = camera[:, None, None] + travelled * directions
    h = 1e-2
    steps = h * np.eye(3)[:, :, None, None]
    normal = jnp.stack([scene(p + step, radius, ring) - scene(p - step, radius, ring) for step in steps]) / (2 * h)
    normal = normal / jnp.sqrt(jnp.sum(normal**2, axis=0))
    image = jnp.where(hit, 0.5 + 0.5 * jnp.tensordot(light, normal, 1), 0.1)
    return jnp.mean(image**2) + 0.1 * jnp.mean(1.0 / (1.0 + travelled))
