"""A loop over time; the nine directions in another one, streaming is a roll of each."""

import torch

CX = (0, 1, 0, -1, 0, 1, -1, -1, 1)
CY = (0, 0, 1, 0, -1, 1, 1, -1, -1)
WEIGHTS = (4 / 9, *[1 / 9] * 4, *[1 / 36] * 4)
OPPOSITE = (0, 3, 4, 1, 2, 7, 8, 5, 6)


def moments(f):
    rho = torch.sum(f, dim=0)
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
        cu = 3.0 * (CX[k] * ux + CY[k] * uy)
        equilibrium = WEIGHTS[k] * rho * (rest + cu + 0.5 * cu**2)
        result.append(f[k] + omega * (equilibrium - f[k]))
    return result


def stream(f, solid):
    f = [torch.roll(f[k], (CX[k], CY[k]), (0, 1)) for k in range(9)]
    return torch.stack([torch.where(solid, f[OPPOSITE[k]], f[k]) for k in range(9)])


def loss(f, omega, force, solid, nt):
    for _ in range(nt):
        f = stream(collide(f, omega, force), solid)
    rho, ux, uy = moments(f)
    return torch.sum(rho * (ux**2 + uy**2)) + torch.sum(torch.log(rho))
