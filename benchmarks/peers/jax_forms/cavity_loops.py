"""A pressure sweep is a scan over rows, each a product with a triangular matrix; sweeps are a `while` loop that is kept."""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jax_forms._loops import bounded_while

STATIC = (4,)

OMEGA, TOLERANCE, MOST = 1.5, 1e-12, 1000
SHARE = 0.25 * OMEGA


def walls(f, top):
    return jnp.pad(f[1:-1, 1:-1], 1).at[-1, 1:-1].set(top)


def momentum(f, u, v, dt, h, nu):
    advection = u[1:-1, 1:-1] * (f[1:-1, 2:] - f[1:-1, :-2]) + v[1:-1, 1:-1] * (f[2:, 1:-1] - f[:-2, 1:-1])
    diffusion = f[1:-1, 2:] + f[1:-1, :-2] + f[2:, 1:-1] + f[:-2, 1:-1] - 4.0 * f[1:-1, 1:-1]
    return f.at[1:-1, 1:-1].add(-0.5 * dt / h * advection + nu * dt / h**2 * diffusion)


def going(state, params):
    return state[1] > TOLERANCE


def sweep(state, source):
    """Successive over-relaxation; the walls have zero normal gradient, the first cell is held."""
    p, _ = state
    old = p[1:-1, 1:-1]
    known = (1 - OMEGA) * old + OMEGA * (0.25 * (p[1:-1, 2:] + p[2:, 1:-1]) - source)
    known = known.at[:, 0].add(SHARE * p[1:-1, 0])
    # what a cell hands on to those to its right
    handed = np.tril(SHARE ** np.abs(np.subtract.outer(*2 * [np.arange(old.shape[1])])))

    def row(above, known):
        new = handed @ (known + SHARE * above)
        return new, new

    _, rows = lax.scan(row, p[0, 1:-1], known)
    change = jnp.max(jnp.abs(rows - old)) / OMEGA
    inner = jnp.pad(rows, ((0, 0), (1, 1)), mode="edge")
    top = inner[:1]
    return jnp.concatenate([top, inner, jnp.zeros_like(top)]), lax.stop_gradient(change)


def loss(u, v, lid, nu, nt, dt, h):
    def step(state, _):
        u, v, p = state
        u, v = walls(u, lid), walls(v, 0.0)
        us, vs = momentum(u, u, v, dt, h, nu), momentum(v, u, v, dt, h, nu)
        divergence = (us[1:-1, 2:] - us[1:-1, :-2] + vs[2:, 1:-1] - vs[:-2, 1:-1]) / (2.0 * h)
        p, _ = bounded_while(going, sweep, (p, 1.0), 0.25 * h * h / dt * divergence, MOST)
        u = u.at[1:-1, 1:-1].set(us[1:-1, 1:-1] - 0.5 * dt / h * (p[1:-1, 2:] - p[1:-1, :-2]))
        v = v.at[1:-1, 1:-1].set(vs[1:-1, 1:-1] - 0.5 * dt / h * (p[2:, 1:-1] - p[:-2, 1:-1]))
        return (u, v, p), None

    (u, v, p), _ = lax.scan(step, (u, v, jnp.zeros_like(u)), None, length=nt)
    return jnp.sum(u**2) + jnp.sum(jnp.sin(v)) + jnp.sum(p**2)
