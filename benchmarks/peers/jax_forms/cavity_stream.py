"""The stream function by Jacobi's sweeps in a `while` loop, differentiated as the solution of its linear system."""

import jax.numpy as jnp
from jax import lax

STATIC = (4,)
IMPLICIT = True


def neighbours(x):
    """A quarter of the sum of the four neighbours, zeros outside."""
    y = jnp.pad(x, 1)
    return 0.25 * (y[2:, 1:-1] + y[:-2, 1:-1] + y[1:-1, 2:] + y[1:-1, :-2])


def jacobi(x, known, tol):
    def sweep(state):
        x, _ = state
        new = neighbours(x) + known
        return new, jnp.max(jnp.abs(new - x))

    return lax.while_loop(lambda state: state[1] >= tol, sweep, (x, jnp.inf))[0]


def solve_psi(psi, w, h, tol):
    edges = psi.at[1:-1, 1:-1].set(0.0)
    known = edges[2:, 1:-1] + edges[:-2, 1:-1] + edges[1:-1, 2:] + edges[1:-1, :-2] + h**2 * w[1:-1, 1:-1]
    start = lax.stop_gradient(psi[1:-1, 1:-1])

    def forwards(_, b):
        return jacobi(start, b, tol)

    def backwards(_, b):
        return jacobi(b, b, tol * jnp.max(jnp.abs(b)))

    inner = lax.custom_linear_solve(lambda x: x - neighbours(x), 0.25 * known, forwards, backwards)
    return psi.at[1:-1, 1:-1].set(inner)


def step(w, psi, lid, nu, dt, h):
    w = w.at[-1, 1:-1].set(-2.0 * psi[-2, 1:-1] / h**2 - 2.0 * lid / h)
    w = w.at[0, 1:-1].set(-2.0 * psi[1, 1:-1] / h**2)
    w = w.at[1:-1, 0].set(-2.0 * psi[1:-1, 1] / h**2)
    w = w.at[1:-1, -1].set(-2.0 * psi[1:-1, -2] / h**2)
    u = (psi[2:, 1:-1] - psi[:-2, 1:-1]) / (2 * h)
    v = -(psi[1:-1, 2:] - psi[1:-1, :-2]) / (2 * h)
    wx = (w[1:-1, 2:] - w[1:-1, :-2]) / (2 * h)
    wy = (w[2:, 1:-1] - w[:-2, 1:-1]) / (2 * h)
    lap = (w[2:, 1:-1] + w[:-2, 1:-1] + w[1:-1, 2:] + w[1:-1, :-2] - 4 * w[1:-1, 1:-1]) / h**2
    return w.at[1:-1, 1:-1].add(dt * (nu * lap - u * wx - v * wy))


def loss(w, psi, lid, nu, nt, dt, h):
    for _ in range(nt):
        psi = solve_psi(psi, w, h, 1e-13)
        w = step(w, psi, lid, nu, dt, h)
    return h**2 * jnp.sum(w**2) + jnp.sum(psi**2) + jnp.sum(psi)
