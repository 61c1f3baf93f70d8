"""All elements at once: one scatter-add with static indices for the stiffness, a solve for a positive definite matrix."""

import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve

ORDER = np.array([[0, 1, 2, 3, 4, 5, 6, 7], [1, 0, 7, 6, 5, 4, 3, 2], [2, 7, 0, 5, 6, 3, 4, 1],
                  [3, 6, 5, 0, 7, 2, 1, 4], [4, 5, 6, 7, 0, 1, 2, 3], [5, 4, 3, 2, 1, 0, 7, 6],
                  [6, 3, 4, 1, 2, 7, 0, 5], [7, 2, 1, 4, 3, 6, 5, 0]])  # fmt: skip


def element_matrix(nu):
    k = jnp.stack([1 / 2 - nu / 6, 1 / 8 + nu / 8, -1 / 4 - nu / 12, -1 / 8 + 3 * nu / 8,
                   -1 / 4 + nu / 12, -1 / 8 - nu / 8, nu / 6, 1 / 8 - 3 * nu / 8])  # fmt: skip
    return k[ORDER] / (1 - nu**2)


def dofs(nelx, nely):
    """The eight unknowns of each element."""
    ex, ey = np.divmod(np.arange(nelx * nely), nely)
    first, second = (nely + 1) * ex + ey, (nely + 1) * (ex + 1) + ey
    return np.stack([2 * first, 2 * first + 1, 2 * second, 2 * second + 1,
                     2 * second + 2, 2 * second + 3, 2 * first + 2, 2 * first + 3], axis=1)  # fmt: skip


def filtered(x, radius):
    """Weighted means over the nine elements around, by shifted copies of the padded array."""
    nelx, nely = x.shape
    padded, there = jnp.pad(x, 1), np.pad(np.ones(x.shape), 1)
    result, total = 0.0, 0.0
    for i in range(3):
        for j in range(3):
            weight = jnp.maximum(radius - np.hypot(i - 1, j - 1), 0.0)
            result = result + weight * padded[i : i + nelx, j : j + nely]
            total = total + weight * there[i : i + nelx, j : j + nely]
    return result / total


def loss(x, nu, penalty, radius):
    nelx, nely = x.shape
    x = filtered(x, radius)
    KE = element_matrix(nu)
    stiffness = 1e-3 + x.reshape(-1) ** penalty
    places = dofs(nelx, nely)
    # the first column of nodes is held, so its unknowns are left out
    held, size = 2 * (nely + 1), 2 * (nelx + 1) * (nely + 1)
    entries = stiffness[:, None, None] * KE
    K = jnp.zeros((size, size)).at[places[:, :, None], places[:, None, :]].add(entries)[held:, held:]
    f = jnp.zeros(size - held).at[-1].set(-1.0)
    ue = jnp.pad(solve(K, f, assume_a="pos"), (held, 0))[places]
    compliance = jnp.sum(stiffness * jnp.sum((ue @ KE) * ue, axis=1))
    return 0.01 * compliance + jnp.mean(x)
