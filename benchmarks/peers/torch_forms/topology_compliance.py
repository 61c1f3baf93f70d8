"""All elements at once: one `index_put` for the stiffness, Cholesky's factorisation for the solve."""

import torch
import torch.nn.functional as F
from torch.nn.functional import pad

ORDER = [[0, 1, 2, 3, 4, 5, 6, 7], [1, 0, 7, 6, 5, 4, 3, 2], [2, 7, 0, 5, 6, 3, 4, 1],
         [3, 6, 5, 0, 7, 2, 1, 4], [4, 5, 6, 7, 0, 1, 2, 3], [5, 4, 3, 2, 1, 0, 7, 6],
         [6, 3, 4, 1, 2, 7, 0, 5], [7, 2, 1, 4, 3, 6, 5, 0]]  # fmt: skip


def element_matrix(nu):
    k = torch.stack([1 / 2 - nu / 6, 1 / 8 + nu / 8, -1 / 4 - nu / 12, -1 / 8 + 3 * nu / 8,
                     -1 / 4 + nu / 12, -1 / 8 - nu / 8, nu / 6, 1 / 8 - 3 * nu / 8])  # fmt: skip
    return k[torch.tensor(ORDER)] / (1 - nu**2)


def dofs(nelx, nely):
    """The eight unknowns of each element."""
    number = torch.arange(nelx * nely)
    ex, ey = number // nely, number % nely
    first, second = (nely + 1) * ex + ey, (nely + 1) * (ex + 1) + ey
    return torch.stack([2 * first, 2 * first + 1, 2 * second, 2 * second + 1,
                        2 * second + 2, 2 * second + 3, 2 * first + 2, 2 * first + 3], dim=1)  # fmt: skip


def filtered(x, radius):
    """Weighted means over the nine elements around, as a convolution."""
    k = torch.arange(-1.0, 2.0)
    kernel = torch.clamp(radius - torch.hypot(k[:, None], k), min=0.0)[None, None]
    both = torch.stack([x, torch.ones_like(x)])[:, None]
    result, total = F.conv2d(both, kernel, padding=1)[:, 0]
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
    K = torch.zeros(size, size).index_put((places[:, :, None], places[:, None, :]), entries, accumulate=True)
    f = torch.zeros(size - held, 1)
    f[-1] = -1.0
    u = torch.cholesky_solve(f, torch.linalg.cholesky(K[held:, held:]))[:, 0]
    ue = pad(u, (held, 0))[places]
    compliance = torch.sum(stiffness * torch.sum((ue @ KE) * ue, dim=1))
    return 0.01 * compliance + torch.mean(x)
