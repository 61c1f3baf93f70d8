"""All links at once, their products by a scan; the Jacobian's columns by one cross product."""

import jax.numpy as jnp
import numpy as np
from jax import lax


def links(theta, d, a, alpha):
    """Denavit and Hartenberg's transforms, one a row."""
    ct, st, ca, sa = jnp.cos(theta), jnp.sin(theta), jnp.cos(alpha), jnp.sin(alpha)
    zero, one = jnp.zeros_like(theta), jnp.ones_like(theta)
    rows = [
        [ct, -st * ca, st * sa, a * ct],
        [st, ct * ca, -ct * sa, a * st],
        [zero, sa, ca, d],
        [zero, zero, zero, one],
    ]
    return jnp.stack([jnp.stack(row, axis=-1) for row in rows], axis=-2)


def kinematics(theta, d, a, alpha):
    def step(frame, link):
        frame = frame @ link
        return frame, frame

    _, later = lax.scan(step, jnp.eye(4), links(theta, d, a, alpha))
    return jnp.concatenate([jnp.eye(4)[None], later])


def loss(theta, d, a, alpha, target):
    frames = kinematics(theta, d, a, alpha)
    end = frames[-1, :3, 3]
    z = frames[:-1, :3, 2]
    J = jnp.cross(z, end - frames[:-1, :3, 3])
    reach = end - target
    step = J @ jnp.linalg.solve(J.T @ J + 0.1 * jnp.eye(3), reach)
    return reach @ reach + 0.1 * jnp.sum(step**2) + 0.01 * jnp.sum(z**2 * np.arange(1.0, 4))
