"""A scan over steps whose state is seven numbers; what is pointed at, of all steps at once."""

import jax.numpy as jnp
from jax import lax

STATIC = (5,)
SCALAR_LOOPS = True


def loss(q0, omega0, inertia, antenna, dt, steps):
    def spin(state, _):
        (w, x, y, z), (p, r, s) = state
        w, x, y, z = (
            w + 0.5 * dt * (-x * p - y * r - z * s),
            x + 0.5 * dt * (w * p + y * s - z * r),
            y + 0.5 * dt * (w * r + z * p - x * s),
            z + 0.5 * dt * (w * s + x * r - y * p),
        )
        length = jnp.sqrt(w * w + x * x + y * y + z * z)
        q = (w / length, x / length, y / length, z / length)
        p, r, s = (
            p + dt * (inertia[1] - inertia[2]) / inertia[0] * r * s,
            r + dt * (inertia[2] - inertia[0]) / inertia[1] * s * p,
            s + dt * (inertia[0] - inertia[1]) / inertia[2] * p * r,
        )
        return (q, (p, r, s)), q

    q0 = q0 / jnp.linalg.norm(q0)
    (_, omega), (w, x, y, z) = lax.scan(spin, (tuple(q0), tuple(omega0)), None, length=steps)
    a, b, c = antenna
    first = (1 - 2 * (y * y + z * z)) * a + 2 * (x * y - w * z) * b + 2 * (x * z + w * y) * c
    last = 2 * (x * z - w * y) * a + 2 * (y * z + w * x) * b + (1 - 2 * (x * x + y * y)) * c
    energy = 0.5 * jnp.sum(inertia * jnp.stack(omega) ** 2)
    return jnp.sum(last**2) + energy + jnp.mean(first)
