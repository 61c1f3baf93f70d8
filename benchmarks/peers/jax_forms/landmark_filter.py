"""A scan over times, and within it one over the landmarks; the 2 by 2 matrices are inverted by their formula."""

import jax.numpy as jnp
from jax import lax
from jax_forms.kalman_filter import inverse


def moved(x, P, v, w, dt, Q):
    c, s = v * dt * jnp.cos(x[2]), v * dt * jnp.sin(x[2])
    F = jnp.array([[1, 0, -s], [0, 1, c], [0, 0, 1]])
    return x + jnp.stack([c, s, dt * w]), F @ P @ F.T + Q


def measured(x, landmark):
    d = landmark - x[:2]
    q = d @ d
    r = jnp.sqrt(q)
    z = jnp.stack([r, jnp.arctan2(d[1], d[0]) - x[2]])
    return z, jnp.array([[-d[0] / r, -d[1] / r, 0.0], [d[1] / q, -d[0] / q, -1.0]])


def loss(x, landmarks, z, v, w, noise):
    Q = jnp.diag(noise[:3] ** 2)
    R = jnp.diag(noise[3:] ** 2)

    def update(state, seen):
        x, P, nll = state
        landmark, measurement = seen
        expected, H = measured(x, landmark)
        PH = P @ H.T
        inv, det = inverse(H @ PH + R)
        y = measurement - expected
        y = y.at[1].set((y[1] + jnp.pi) % (2 * jnp.pi) - jnp.pi)
        K = PH @ inv
        nll = nll + 0.5 * y @ inv @ y + 0.5 * jnp.log(det)
        return (x + K @ y, (jnp.eye(3) - K @ H) @ P, nll), None

    def step(state, seen):
        x, P, nll = state
        x, P = moved(x, P, v, w, 0.2, Q)
        return lax.scan(update, (x, P, nll), (landmarks, seen))[0], None

    (x, P, nll), _ = lax.scan(step, (x, 0.1 * jnp.eye(3), 0.0), z)
    return nll + jnp.trace(P) + x @ x
