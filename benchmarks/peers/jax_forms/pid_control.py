"""A scan over steps whose state is five numbers."""

import jax.numpy as jnp
from jax import lax

SCALAR_LOOPS = True

LOW, HIGH = -1.5, 1.5


def loss(kp, ki, kd, inertia, friction, targets, dt):
    def step(state, target):
        integral, previous, angle, speed = state
        error = target - angle
        integral = integral + error * dt
        wanted = kp * error + ki * integral + kd * (error - previous) / dt
        limited = (wanted > HIGH) | (wanted < LOW)
        integral = jnp.where(limited, integral - error * dt, integral)
        torque = jnp.clip(wanted, LOW, HIGH)
        speed = speed + (torque - friction * speed) / inertia * dt
        angle = angle + speed * dt
        return (integral, error, angle, speed), (target - angle) ** 2 * dt + 0.01 * torque**2

    (_, _, _, speed), costs = lax.scan(step, (0.0, 0.0, 0.0, 0.0), jnp.repeat(targets, 5))
    return jnp.sum(costs) + 0.1 * speed**2
