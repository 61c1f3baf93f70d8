"""A scan over time steps, in it a scan over pressure sweeps; whole arrays, and steps computed again in reverse."""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = (0, 1)


def build_up_b(rho, dt, u, v, dx, dy):
    dudx = (u[1:-1, 2:] - u[1:-1, :-2]) / (2 * dx)
    dvdy = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2 * dy)
    dudy = (u[2:, 1:-1] - u[:-2, 1:-1]) / (2 * dy)
    dvdx = (v[1:-1, 2:] - v[1:-1, :-2]) / (2 * dx)
    return rho * ((dudx + dvdy) / dt - dudx**2 - 2 * dudy * dvdx - dvdy**2)


def pressure_poisson(p, b, dx, dy, nit):
    """The walls follow from the inner points, which are what the sweeps carry."""
    across, along = dy**2 / (2 * (dx**2 + dy**2)), dx**2 / (2 * (dx**2 + dy**2))
    source = along * dy**2 * b

    @jax.checkpoint
    def sweep(q, _):
        wide = jnp.concatenate([q[:, :1], q, q[:, -1:]], axis=1)
        above, below = jnp.concatenate([q[:1], q[:-1]]), jnp.concatenate([q[1:], jnp.zeros_like(q[:1])])
        return (wide[:, 2:] + wide[:, :-2]) * across + (below + above) * along - source, None

    first = (p[1:-1, 2:] + p[1:-1, :-2]) * across + (p[2:, 1:-1] + p[:-2, 1:-1]) * along - source
    q, _ = lax.scan(sweep, first, None, length=nit - 1)
    return jnp.pad(jnp.pad(q, ((1, 0), (1, 1)), mode="edge"), ((0, 1), (0, 0)))


def moved(f, u, v, dt, dx, dy, nu):
    """Advection and diffusion of the inner points of a field."""
    middle = f[1:-1, 1:-1]
    return (
        middle
        - u[1:-1, 1:-1] * dt / dx * (middle - f[1:-1, :-2])
        - v[1:-1, 1:-1] * dt / dy * (middle - f[:-2, 1:-1])
        + nu * dt / dx**2 * (f[1:-1, 2:] - 2 * middle + f[1:-1, :-2])
        + nu * dt / dy**2 * (f[2:, 1:-1] - 2 * middle + f[:-2, 1:-1])
    )


def loss(nt, nit, u, v, p, lid, dt, dx, dy, rho, nu):
    @jax.checkpoint
    def step(state, _):
        u, v, p = state
        p = pressure_poisson(p, build_up_b(rho, dt, u, v, dx, dy), dx, dy, nit)
        new_u = moved(u, u, v, dt, dx, dy, nu) - dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2])
        new_v = moved(v, u, v, dt, dx, dy, nu) - dt / (2 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])
        return (jnp.pad(new_u, 1).at[-1].set(lid), jnp.pad(new_v, 1), p), None

    (u, v, p), _ = lax.scan(step, (u, v, p), None, length=nt)
    return 0.5 * rho * jnp.sum(u**2 + v**2) + jnp.sum(p**2)
