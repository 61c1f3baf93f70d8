"""A scan over time; the nine directions in a static loop, streaming is a roll of each.

As one axis of whole-array arithmetic they are about as fast on small grids, and far slower on large ones.
"""

import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (4,)

CX = np.array([0, 1, 0, -1, 0, 1, -1, -1, 1])
CY = np.array([0, 0, 1, 0, -1, 1, 1, -1, -1])
WEIGHTS = np.array([4 / 9] + [1 / 9] * 4 + [1 / 36] * 4)
OPPOSITE = np.array([0, 3, 4, 1, 2, 7, 8, 5, 6])


def moments(f):
    rho = jnp.sum(f, axis=0)
    ux = (f[1] + f[5] + f[8] - f[3] - f[6] - f[7]) / rho
    uy = (f[2] + f[5] + f[6] - f[4] - f[7] - f[8]) / rho
    return rho, ux, uy


def collide(f, omega, force):
    """The new distributions as a list."""
    rho, ux, uy = moments(f)
    ux = ux + force / (omega * rho)
    rest = 1.0 - 1.5 * (ux**2 + uy**2)
    result = []
    for k in range(9):
        cu = 3.0 * (float(CX[k]) * ux + float(CY[k]) * uy)
        equilibrium = WEIGHTS[k] * rho * (rest + cu + 0.5 * cu**2)
        result.append(f[k] + omega * (equilibrium - f[k]))
    return result


def stream(f, solid):
    f = [jnp.roll(f[k], (CX[k], CY[k]), (0, 1)) for k in range(9)]
    return jnp.stack([jnp.where(solid, f[OPPOSITE[k]], f[k]) for k in range(9)])


def loss(f, omega, force, solid, nt):
    def step(f, _):
        return stream(collide(f, omega, force), solid), None

    f, _ = lax.scan(step, f, None, length=nt)
    rho, ux, uy = moments(f)
    return jnp.sum(rho * (ux**2 + uy**2)) + jnp.sum(jnp.log(rho))
