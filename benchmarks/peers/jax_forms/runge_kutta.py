"""A scan over steps whose state is two numbers."""

import jax.numpy as jnp
from jax import lax

SCALAR_LOOPS = True


def loss(y0, t, params, observed):
    damping, drive, omega = params

    def f(t, angle, speed):
        return speed, -jnp.sin(angle) - damping * speed + drive * jnp.cos(omega * t)

    def step(state, now):
        angle, speed = state
        t, h = now
        a1, s1 = f(t, angle, speed)
        a2, s2 = f(t + h / 2, angle + h / 2 * a1, speed + h / 2 * s1)
        a3, s3 = f(t + h / 2, angle + h / 2 * a2, speed + h / 2 * s2)
        a4, s4 = f(t + h, angle + h * a3, speed + h * s3)
        state = (angle + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4), speed + h / 6 * (s1 + 2 * s2 + 2 * s3 + s4))
        return state, state[0]

    (_, speed), angles = lax.scan(step, (y0[0], y0[1]), (t[:-1], jnp.diff(t)))
    angles = jnp.concatenate([y0[:1], angles])
    return jnp.sum((angles - observed) ** 2) + 0.1 * speed**2
