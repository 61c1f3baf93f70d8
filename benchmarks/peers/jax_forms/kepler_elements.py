"""All times at once; Newton in a while loop that is not differentiated, then one differentiated step of it."""

import jax.numpy as jnp
from jax import lax


def eccentric_anomaly(M, e):
    def unfinished(state):
        return jnp.any(jnp.abs(state[1]) >= 1e-14)

    def newton(state):
        E, step = state
        new = (E - e * jnp.sin(E) - M) / (1 - e * jnp.cos(E))
        step = jnp.where(jnp.abs(step) < 1e-14, 0.0, new)
        return E - step, step

    E = jnp.where(e < 0.8, M, jnp.pi)
    return lax.while_loop(unfinished, newton, (E, jnp.ones_like(E)))[0]


def rotation(angle, axis):
    c, s = jnp.cos(angle), jnp.sin(angle)
    if axis == "z":
        return jnp.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return jnp.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def positions(a, e, inclination, node, periapsis, M0, mu, times):
    R = rotation(node, "z") @ rotation(inclination, "x") @ rotation(periapsis, "z")
    M = (M0 + jnp.sqrt(mu / a**3) * times) % (2 * jnp.pi)
    E = eccentric_anomaly(*lax.stop_gradient((M, e)))
    E = E - (E - e * jnp.sin(E) - M) / lax.stop_gradient(1 - e * jnp.cos(E))
    nu = 2 * jnp.arctan2(jnp.sqrt(1 + e) * jnp.sin(E / 2), jnp.sqrt(1 - e) * jnp.cos(E / 2))
    r = a * (1 - e * jnp.cos(E))
    return jnp.stack([r * jnp.cos(nu), r * jnp.sin(nu)], axis=1) @ R[:, :2].T


def loss(a, e, inclination, node, periapsis, M0, mu, times, seen):
    track = positions(a, e, inclination, node, periapsis, M0, mu, times)
    ranges = jnp.linalg.norm(track - jnp.array([0.0, 0.0, 0.3]), axis=1)
    return jnp.sum((track - seen) ** 2) + jnp.sum(jnp.log(ranges))
